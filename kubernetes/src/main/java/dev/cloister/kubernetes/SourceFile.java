package dev.cloister.kubernetes;

import dev.cloister.encoding.Bytes;

/**
 * A YAML file as it was read.
 *
 * @param name what errors and reports call it, for example {@code deploy.yaml}
 * @param content its bytes: UTF-8, 4 MiB at most
 */
public record SourceFile(String name, Bytes content) {

  /** A file of this text. */
  public static SourceFile of(String name, String text) {
    return new SourceFile(name, Bytes.ofUtf8(text));
  }
}
