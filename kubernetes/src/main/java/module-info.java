/**
 * What Kubernetes says: reads its YAML, derives pod policies, writes the annotated YAML and the
 * audit report. Runs on the owner's machine and on the node, never in a pod VM.
 */
module dev.cloister.kubernetes {
  requires static org.jspecify;
  requires transitive dev.cloister.encoding;
  requires transitive dev.cloister.manifest;
  requires transitive dev.cloister.policy;
  requires org.snakeyaml.engine;

  exports dev.cloister.kubernetes;
}
