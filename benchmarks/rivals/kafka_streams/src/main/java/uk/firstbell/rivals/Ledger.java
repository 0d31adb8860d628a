package uk.firstbell.rivals;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One child's sessions and the two rules over them, in one array of bytes, which is what the store holds.
 *
 * <p>A head (which rules are on, how many sessions possible, how many absent), then for each school week its number, in
 * two bytes of seven bits, and the kinds of its ten sessions. The mark that comes last holds, since a school's marks come in their order.
 */
final class Ledger {
  static final byte NOTHING = 0;
  static final byte THERE = 1;
  static final byte EXCUSED = 2;
  static final byte UNAUTHORISED = 3;
  static final byte UNKNOWN = 4;

  static final int PERSISTENT = 1;
  static final int TEN_IN_TEN = 2;

  private static final int HEAD = 5;
  private static final int SESSIONS = 10;
  private static final int WEEK = 2 + SESSIONS;

  private byte[] bytes;

  private Ledger(byte[] bytes) {
    this.bytes = bytes;
  }

  static Ledger of(byte[] stored) {
    return new Ledger(stored == null ? new byte[HEAD] : stored);
  }

  /** Takes over weeks as they were, and counts them. */
  static Ledger opened(byte[] weeks) {
    byte[] bytes = new byte[HEAD + weeks.length];
    System.arraycopy(weeks, 0, bytes, HEAD, weeks.length);
    Ledger ledger = new Ledger(bytes);
    ledger.countAnew();
    return ledger;
  }

  byte[] stored() {
    return bytes;
  }

  /** Which rules are on, as bits. */
  int on() {
    return bytes[0];
  }

  /** Takes one mark: the week's number, the session's place in it (0 to 9) and the kind of the code. */
  void take(int week, int place, byte kind) {
    int start = find(week);
    boolean newest = start == bytes.length - WEEK && emptyFrom(start + 2 + place);
    bytes[start + 2 + place] = kind;
    if (newest) {
      count(ByteBuffer.wrap(bytes), kind);
      tenInTen(bytes.length);
    } else {
      countAnew();
    }
  }

  private int find(int week) {
    for (int start = bytes.length - WEEK; start >= HEAD; start -= WEEK) {
      int found = number(start);
      if (found == week) {
        return start;
      }
      if (found < week) {
        return insert(start + WEEK, week);
      }
    }
    return insert(HEAD, week);
  }

  private int insert(int at, int week) {
    byte[] longer = Arrays.copyOf(bytes, bytes.length + WEEK);
    System.arraycopy(bytes, at, longer, at + WEEK, bytes.length - at);
    Arrays.fill(longer, at, at + WEEK, NOTHING);
    longer[at] = (byte) (0x80 | week >> 7);
    longer[at + 1] = (byte) (0x80 | week & 0x7f);
    bytes = longer;
    return at;
  }

  private int number(int start) {
    return (bytes[start] & 0x7f) << 7 | bytes[start + 1] & 0x7f;
  }

  private boolean emptyFrom(int at) {
    for (int i = at; i < bytes.length; i++) {
      if (bytes[i] != NOTHING) {
        return false;
      }
    }
    return true;
  }

  private void countAnew() {
    Arrays.fill(bytes, 0, HEAD, (byte) 0);
    ByteBuffer head = ByteBuffer.wrap(bytes);
    for (int start = HEAD; start < bytes.length; start += WEEK) {
      for (int i = start + 2; i < start + WEEK; i++) {
        if (bytes[i] != NOTHING) {
          count(head, bytes[i]);
        }
      }
    }
    tenInTen(bytes.length);
  }

  /** Persistent absence: on at 20 sessions and a tenth absent, off below nine in a hundred. */
  private void count(ByteBuffer head, byte kind) {
    int possible = head.getShort(1) + 1;
    int absent = head.getShort(3) + (kind >= EXCUSED ? 1 : 0);
    head.putShort(1, (short) possible).putShort(3, (short) absent);
    boolean was = (bytes[0] & PERSISTENT) != 0;
    boolean is = possible >= 20 && (was ? 100 * absent >= 9 * possible : 10 * absent >= possible);
    set(PERSISTENT, is);
  }

  /** Unauthorised absence: ten sessions or more in the last ten school weeks. */
  private void tenInTen(int end) {
    int sessions = 0;
    for (int start = Math.max(HEAD, end - 10 * WEEK); start < end; start += WEEK) {
      for (int i = start + 2; i < start + WEEK; i++) {
        if (bytes[i] == UNAUTHORISED) {
          sessions++;
        }
      }
    }
    set(TEN_IN_TEN, sessions >= 10);
  }

  private void set(int rule, boolean is) {
    bytes[0] = (byte) (is ? bytes[0] | rule : bytes[0] & ~rule);
  }
}
