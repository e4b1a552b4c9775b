package dev.cloister.policy;

/** A constant that has one word in the policy document. */
interface Worded {
  /** The word, as it stands in the document. */
  String word();
}
