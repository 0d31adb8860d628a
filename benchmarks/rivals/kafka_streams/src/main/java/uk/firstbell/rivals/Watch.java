package uk.firstbell.rivals;

import java.time.LocalDate;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Takes each register as a whole: a school's children are in the store of the school's partition. */
final class Watch implements Processor<byte[], byte[], String, String> {
  static final String STORE = "ledgers";

  private static final LocalDate MONDAY = LocalDate.of(2000, 1, 3);
  private static final Map<String, Byte> KINDS = kinds();

  private ProcessorContext<String, String> context;
  private KeyValueStore<String, byte[]> ledgers;

  @Override
  public void init(ProcessorContext<String, String> context) {
    this.context = context;
    ledgers = context.getStateStore(STORE);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    Register register = Register.read(record.value());
    if (register.opening() != null) {
      for (Register.Opening opening : register.opening()) {
        keep(opening.pupil(), 0, Ledger.opened(opening.weeks()), record.timestamp());
      }
      return;
    }
    long days = LocalDate.parse(register.date()).toEpochDay() - MONDAY.toEpochDay();
    int week = (int) (days / 7);
    int place = (int) (days % 7) * 2 + ("PM".equals(register.session()) ? 1 : 0);
    for (Register.Mark mark : register.marks()) {
      Ledger ledger = Ledger.of(ledgers.get(mark.pupil()));
      int was = ledger.on();
      ledger.take(week, place, KINDS.get(mark.code()));
      keep(mark.pupil(), was, ledger, record.timestamp());
    }
  }

  private void keep(String pupil, int was, Ledger ledger, long timestamp) {
    ledgers.put(pupil, ledger.stored());
    tell(pupil, "persistent-absence", was & Ledger.PERSISTENT, ledger.on() & Ledger.PERSISTENT, timestamp);
    tell(pupil, "unauthorised-10-in-10", was & Ledger.TEN_IN_TEN, ledger.on() & Ledger.TEN_IN_TEN, timestamp);
  }

  private void tell(String pupil, String rule, int was, int is, long timestamp) {
    if (was != is) {
      String alert = "{\"pupil\":\"%s\",\"rule\":\"%s\",\"on\":%b}".formatted(pupil, rule, is != 0);
      context.forward(new Record<>(pupil, alert, timestamp));
    }
  }

  private static Map<String, Byte> kinds() {
    return Stream.of(
            codes("/ \\ L B K P V W", Ledger.THERE),
            codes("C C1 C2 E I J1 M R S T", Ledger.EXCUSED),
            codes("G O U", Ledger.UNAUTHORISED),
            codes("N", Ledger.UNKNOWN))
        .flatMap(kinds -> kinds.entrySet().stream())
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static Map<String, Byte> codes(String codes, byte kind) {
    return Stream.of(codes.split(" ")).collect(Collectors.toMap(code -> code, code -> kind));
  }
}
