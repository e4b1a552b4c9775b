package dev.cloister.rpc;

import dev.cloister.encoding.CloisterException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Request line and header fields of HTTP/1.1 (RFC 9112), read strictly: lines end with CR and LF,
 * fields have no blanks before their colon and none goes on in a second line, each name stands
 * once, nothing is percent-encoded. So there is one way to read a request and nothing to smuggle.
 *
 * @param method upper-case letters
 * @param target the path
 * @param fields by name in lower case
 * @param length of the body
 */
record HttpHead(String method, String target, Map<String, String> fields, long length) {

  private static final int MAX_TARGET = 256;
  private static final int MAX_FIELDS = 32;
  private static final String VERSION = " HTTP/1.1";

  /** Reads a head; nothing behind its empty line is taken. */
  static HttpHead read(InputStream in, int maxBytes) throws IOException {
    String[] lines = lines(in, maxBytes);
    Map<String, String> fields = fields(lines);
    String line = lines[0];
    int blank = line.indexOf(' ');
    if (blank < 1 || !line.endsWith(VERSION) || line.length() < blank + 1 + VERSION.length()) {
      throw malformed("head", "not METHOD, target and HTTP/1.1");
    }
    String method = line.substring(0, blank);
    String target = line.substring(blank + 1, line.length() - VERSION.length());
    requireMethod(method);
    requireTarget(target);
    return new HttpHead(method, target, fields, length(method, fields));
  }

  /** The lines of a head, the last two of them empty. */
  static String[] lines(InputStream in, int maxBytes) throws IOException {
    byte[] head = bytes(in, maxBytes);
    for (byte one : head) {
      if ((one < ' ' || one > '~') && one != '\r' && one != '\n' && one != '\t') {
        throw malformed("head", "a byte that is no printable ASCII");
      }
    }
    String[] lines = new String(head, StandardCharsets.US_ASCII).split("\r\n", -1);
    requireNoLineEnd(lines[0]);
    return lines;
  }

  /** The header fields of a head's lines. */
  static Map<String, String> fields(String[] lines) {
    Map<String, String> fields = new HashMap<>();
    for (int i = 1; i < lines.length - 2; i++) {
      addField(fields, lines[i]);
    }
    return fields;
  }

  private static byte[] bytes(InputStream in, int maxBytes) throws IOException {
    byte[] head = new byte[maxBytes];
    int size = 0;
    while (size < maxBytes) {
      int one = in.read();
      if (one < 0) {
        throw new EOFException("the peer ended");
      }
      head[size++] = (byte) one;
      if (one == '\n' && endsWithEmptyLine(head, size)) {
        return Arrays.copyOf(head, size);
      }
    }
    throw new CloisterException(
        RpcError.HTTP_TOO_LARGE, "head", "it is longer than " + maxBytes + " bytes");
  }

  private static boolean endsWithEmptyLine(byte[] head, int size) {
    return size >= 4 && head[size - 4] == '\r' && head[size - 3] == '\n' && head[size - 2] == '\r';
  }

  private static void addField(Map<String, String> fields, String line) {
    requireNoLineEnd(line);
    int colon = line.indexOf(':');
    String name = colon < 0 ? "" : line.substring(0, colon);
    if (name.isEmpty()) {
      throw malformed("head", "a line that is no header field");
    }
    for (int i = 0; i < name.length(); i++) {
      if (!isLetterOrDigit(name.charAt(i)) && name.charAt(i) != '-') {
        throw malformed("head", "a header field's name that is not of letters, digits and '-'");
      }
    }
    String key = name.toLowerCase(Locale.ROOT);
    if (fields.size() == MAX_FIELDS) {
      throw new CloisterException(
          RpcError.HTTP_TOO_LARGE, "head", "more than " + MAX_FIELDS + " header fields");
    }
    if (fields.putIfAbsent(key, line.substring(colon + 1).strip()) != null) {
      throw malformed(key, "the header field stands twice");
    }
  }

  private static void requireNoLineEnd(String line) {
    if (line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0) {
      throw malformed("head", "a line that does not end with CR and LF");
    }
  }

  private static void requireMethod(String method) {
    for (int i = 0; i < method.length(); i++) {
      if (method.charAt(i) < 'A' || method.charAt(i) > 'Z' || i > 15) {
        throw malformed("head", "a method that is not 1 to 16 capital letters");
      }
    }
  }

  private static void requireTarget(String target) {
    boolean good = target.startsWith("/") && target.length() <= MAX_TARGET;
    for (int i = 0; good && i < target.length(); i++) {
      good = isLetterOrDigit(target.charAt(i)) || "._-/".indexOf(target.charAt(i)) >= 0;
    }
    if (!good) {
      throw malformed("target", "not a plain path of at most " + MAX_TARGET + " characters");
    }
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static long length(String method, Map<String, String> fields) {
    if (fields.getOrDefault("host", "").isEmpty()) {
      throw malformed("host", "the header field is missing");
    }
    for (String refused : new String[] {"transfer-encoding", "expect", "content-encoding"}) {
      if (fields.containsKey(refused)) {
        throw malformed(refused, "a body comes whole, with its length and at once");
      }
    }
    boolean hasBody = method.equals("POST") || method.equals("PUT");
    String text = fields.get("content-length");
    if (text == null) {
      if (hasBody) {
        throw malformed("content-length", "the header field is missing");
      }
      return 0;
    }
    if (text.isEmpty() || text.length() > 12) {
      throw malformed("content-length", "not a number of bytes");
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        throw malformed("content-length", "not a number of bytes");
      }
    }
    long length = Long.parseLong(text);
    if (length > 0 && !hasBody) {
      throw malformed("content-length", "a " + method + " has no body");
    }
    return length;
  }

  private static CloisterException malformed(String where, String detail) {
    return new CloisterException(RpcError.HTTP_MALFORMED, where, detail);
  }
}
