package dev.cloister.encoding;

/**
 * How much a JSON text may hold.
 *
 * @param bytes length of the text
 * @param depth nesting of arrays and objects
 * @param values number of values of any kind, keys not counted
 */
public record JsonBudget(int bytes, int depth, int values) {

  /** For small documents: 1 MiB, 32 levels, 65,536 values. */
  public static final JsonBudget DOCUMENT = new JsonBudget(1 << 20, 32, 1 << 16);

  public JsonBudget {
    if (bytes < 1 || depth < 1 || values < 1) {
      throw new IllegalArgumentException("a budget is positive");
    }
  }
}
