package dev.cloister.kubernetes;

/**
 * How much YAML one file may hold.
 *
 * @param maxBytes most bytes of the file
 * @param maxDepth most collections one inside the other
 * @param maxNodes most keys, values and collections, each counted again for every alias to it
 * @param maxDocuments most documents
 */
public record YamlBudget(int maxBytes, int maxDepth, int maxNodes, int maxDocuments) {

  /** For files of workloads: 4 MiB, 64 levels, 200,000 nodes, 1,000 documents. */
  public static final YamlBudget FILE = new YamlBudget(4 << 20, 64, 200_000, 1000);

  /** For texts in annotations: 64 KiB, 4 levels, 1,000 nodes, one document. */
  public static final YamlBudget ANNOTATION = new YamlBudget(64 << 10, 4, 1000, 1);
}
