package dev.cloister.encoding;

/** What the decoders of this module refuse. */
public enum EncodingError implements ErrorCode {
  JSON_SYNTAX("CL-ENC-001", "The text is not strict JSON.", "Correct the text at the place named."),
  JSON_DUPLICATE_KEY(
      "CL-ENC-002", "An object names one key twice.", "Remove one of the two entries."),
  JSON_UNKNOWN_FIELD(
      "CL-ENC-003",
      "The object has a field that this version does not know.",
      "Remove the field, or use a version that knows it."),
  JSON_MISSING_FIELD("CL-ENC-004", "A required field is missing.", "Add the field."),
  JSON_WRONG_TYPE(
      "CL-ENC-005", "A value has another type or range than it must have.", "Correct the value."),
  BUDGET_EXCEEDED(
      "CL-ENC-006",
      "The input is larger, deeper or has more parts than this place allows.",
      "Make the input smaller."),
  NOT_UTF8("CL-ENC-007", "The text is not valid UTF-8.", "Encode the text as UTF-8."),
  DER_MALFORMED(
      "CL-ENC-008", "The bytes are not strict DER.", "Encode the structure by the rules of X.690."),
  BAD_TEXT_ENCODING(
      "CL-ENC-009",
      "The text is not the hexadecimal or base64 text that belongs here.",
      "Correct the text.");

  private final String code;
  private final String meaning;
  private final String remedy;

  EncodingError(String code, String meaning, String remedy) {
    this.code = code;
    this.meaning = meaning;
    this.remedy = remedy;
  }

  @Override
  public String code() {
    return code;
  }

  @Override
  public String meaning() {
    return meaning;
  }

  @Override
  public String remedy() {
    return remedy;
  }
}
