/**
 * ttrpc over any byte stream, the protobuf messages of Cloister as records, and container streams
 * with credits. Needs nothing but {@code java.base}.
 */
module dev.cloister.rpc {
  requires transitive dev.cloister.encoding;
  requires static transitive org.jspecify;

  exports dev.cloister.rpc;
}
