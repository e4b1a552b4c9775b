package dev.cloister.kubernetes;

/**
 * A place in a file.
 *
 * @param file name of the file
 * @param line from 1
 * @param column from 1
 */
public record Position(String file, int line, int column) {

  /** As compilers write it: {@code file:line:column}. */
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
