package dev.cloister.image;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads gzip (RFC 1952), any number of members one after the other, with their checksums checked.
 * Bytes after the last member that begin no other are refused. Used instead of the platform's class
 * because that one asks the stream how much is available to decide whether a member follows. Not
 * thread-safe.
 */
final class GzipInput extends InputStream {

  private static final int HEADER_CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;

  private final InputStream in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final byte[] input = new byte[64 << 10];
  private int at;
  private int end;
  private boolean finished;

  GzipInput(InputStream in) throws IOException {
    this.in = in;
    if (!readHeader()) {
      throw new DamagedDataException("no gzip data");
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    while (!finished && length > 0) {
      int got = inflate(bytes, offset, length);
      if (got > 0) {
        crc.update(bytes, offset, got);
        return got;
      }
      if (inflater.finished()) {
        readTrailer();
        finished = !readHeader();
      }
    }
    return length == 0 ? 0 : -1;
  }

  private int inflate(byte[] bytes, int offset, int length) throws IOException {
    try {
      if (inflater.needsInput()) {
        if (at == end && !fill()) {
          throw new DamagedDataException("the gzip data ends too early");
        }
        inflater.setInput(input, at, end - at);
        at = end;
      }
      int got = inflater.inflate(bytes, offset, length);
      if (inflater.needsDictionary()) {
        throw new DamagedDataException("gzip data with a dictionary");
      }
      return got;
    } catch (DataFormatException e) {
      throw new DamagedDataException("damaged gzip data");
    }
  }

  private void readTrailer() throws IOException {
    at = end - inflater.getRemaining();
    long sum = little(4);
    long size = little(4);
    if (sum != crc.getValue() || size != (inflater.getBytesWritten() & 0xffff_ffffL)) {
      throw new DamagedDataException("gzip data with a wrong checksum");
    }
  }

  private boolean readHeader() throws IOException {
    if (at == end && !fill()) {
      return false;
    }
    if (little(2) != 0x8b1f || next() != 8) {
      throw new DamagedDataException("no gzip data");
    }
    int flags = next();
    little(4);
    little(2);
    if ((flags & EXTRA) != 0) {
      for (long left = little(2); left > 0; left--) {
        next();
      }
    }
    skipText(flags & NAME);
    skipText(flags & COMMENT);
    if ((flags & HEADER_CRC) != 0) {
      little(2);
    }
    inflater.reset();
    crc.reset();
    return true;
  }

  private void skipText(int flag) throws IOException {
    while (flag != 0 && next() != 0) {
      // up to the zero byte
    }
  }

  private long little(int count) throws IOException {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (long) next() << (8 * i);
    }
    return value;
  }

  private int next() throws IOException {
    if (at == end && !fill()) {
      throw new DamagedDataException("the gzip data ends too early");
    }
    return input[at++] & 0xff;
  }

  private boolean fill() throws IOException {
    at = 0;
    end = Math.max(0, in.read(input, 0, input.length));
    return end > 0;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
