package uk.firstbell.rivals;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** A register as it comes; or, where there is an opening, what a school's children bring with them. */
@JsonIgnoreProperties(ignoreUnknown = true)
record Register(String date, String session, List<Mark> marks, List<Opening> opening) {
  private static final ObjectReader READER = new ObjectMapper().readerFor(Register.class);

  /** One child's mark. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Mark(String pupil, String code) {}

  /** One child's weeks so far, in base 64. */
  record Opening(String pupil, byte[] weeks) {}

  static Register read(byte[] json) {
    try {
      return READER.readValue(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
