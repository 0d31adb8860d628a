package uk.firstbell.rivals;

import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/** Persistent absence and unauthorised absence by Kafka Streams: RocksDB, with its changelog. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws InterruptedException {
    String name = System.getenv("BENCH_NAME");
    KafkaStreams streams = new KafkaStreams(topology(name), settings(name));
    CountDownLatch over = new CountDownLatch(1);
    streams.setStateListener(
        (state, before) -> {
          System.out.println("state " + state);
          if (state == KafkaStreams.State.ERROR) {
            over.countDown();
          }
        });
    Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
    streams.start();
    over.await();
    System.exit(1);
  }

  private static Topology topology(String name) {
    var ledgers =
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(Watch.STORE), Serdes.String(), Serdes.ByteArray())
            .withLoggingEnabled(Map.of());
    return new Topology()
        .addSource("registers", new ByteArrayDeserializer(), new ByteArrayDeserializer(), name + "-registers")
        .addProcessor("watch", Watch::new, "registers")
        .addStateStore("true".equals(System.getenv("BENCH_CACHE")) ? ledgers.withCachingEnabled() : ledgers, "watch")
        .addSink("alerts", name + "-alerts", new StringSerializer(), new StringSerializer(), "watch");
  }

  private static Properties settings(String name) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, name);
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, System.getenv("BENCH_BOOTSTRAP"));
    settings.put(StreamsConfig.STATE_DIR_CONFIG, System.getenv("BENCH_STATE"));
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, System.getenv("BENCH_GUARANTEE"));
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, System.getenv().getOrDefault("BENCH_THREADS", "2"));
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1000); // as Firstbell's, since the clock stops at a commit
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.ACKS_CONFIG), "all");
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 100);
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 1 << 18);
    return settings;
  }
}
