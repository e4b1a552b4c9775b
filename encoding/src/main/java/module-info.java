/**
 * The values every other part is made of: immutable bytes, secrets that do not print themselves,
 * transcripts for everything hashed or signed, strict JSON and DER.
 */
module dev.cloister.encoding {
  requires static transitive org.jspecify;

  exports dev.cloister.encoding;
}
