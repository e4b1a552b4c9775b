package dev.cloister.channel;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Transcript;
import java.nio.ByteBuffer;

/**
 * Reads a message: a {@link Transcript} whose domain names the message and its version. Each field
 * has its own limits, nothing may be left over.
 */
final class FieldReader {

  private final Bytes body;
  private final Step step;
  private int at;

  FieldReader(Bytes body, String domain, Step step) {
    this.body = body;
    this.step = step;
    Bytes found = bytes("domain", 0, 64);
    if (!found.equals(Bytes.ofUtf8(domain))) {
      throw malformed("domain", "is not " + domain);
    }
  }

  Bytes bytes(String name, int least, int most) {
    if (body.size() - at < 8) {
      throw malformed(name, "is missing");
    }
    long length = body.slice(at, at + 8).toBuffer().getLong();
    at += 8;
    if (length < least || length > most) {
      throw malformed(name, "has " + Long.toUnsignedString(length) + " bytes");
    }
    if (length > body.size() - at) {
      throw malformed(name, "is cut off");
    }
    int from = at;
    at += (int) length;
    return body.slice(from, at);
  }

  Bytes exactly(String name, int size) {
    return bytes(name, size, size);
  }

  /** A number from 0 to {@code most}. */
  long number(String name, long most) {
    long value = ByteBuffer.wrap(exactly(name, 8).toArray()).getLong();
    if (value < 0 || value > most) {
      throw malformed(name, "is " + Long.toUnsignedString(value));
    }
    return value;
  }

  /** A text of 1 to {@code most} bytes. */
  String text(String name, int most) {
    try {
      return bytes(name, 1, most).toUtf8();
    } catch (CloisterException e) {
      if (e.code() instanceof ChannelError) {
        throw e;
      }
      throw malformed(name, "is not a text");
    }
  }

  /** Whether nothing is left. */
  boolean atEnd() {
    return at == body.size();
  }

  void end() {
    if (!atEnd()) {
      throw malformed("end", (body.size() - at) + " bytes too many");
    }
  }

  CloisterException malformed(String name, String found) {
    return step.refuse(ChannelError.MESSAGE_MALFORMED, name + " " + found);
  }
}
