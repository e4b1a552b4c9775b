package dev.cloister.channel;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Transcript;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.Transition;
import java.util.ArrayList;
import java.util.List;

/** Message 3, responder to initiator: its newest transition, and its evidence with the path. */
record EvidenceMessage(Head head, MerklePath path, Evidence evidence) {

  static final String DOMAIN = "cloister/channel/evidence/v1";
  static final int MAX_SIZE =
      2048 + Evidence.MAX_REPORT + Evidence.MAX_CERTIFICATES + Evidence.MAX_INITDATA;

  Bytes encode() {
    Transcript message =
        Transcript.of(DOMAIN)
            .add(head.number())
            .add(digestOf(head))
            .add(path.index())
            .add(Bytes.concat(path.siblings().toArray(new Bytes[0])));
    addEvidence(message, evidence);
    return message.toBytes();
  }

  static EvidenceMessage decode(Bytes body) {
    FieldReader fields = new FieldReader(body, DOMAIN, Step.EVIDENCE);
    Head head = readHead(fields);
    MerklePath path = readPath(fields);
    Evidence evidence = readEvidence(fields);
    fields.end();
    return new EvidenceMessage(head, path, evidence);
  }

  static void addEvidence(Transcript message, Evidence evidence) {
    message
        .add(evidence.type())
        .add(evidence.report())
        .add(evidence.certificates())
        .add(evidence.initdata());
  }

  static Evidence readEvidence(FieldReader fields) {
    return new Evidence(
        fields.text("type", Evidence.MAX_TYPE),
        fields.bytes("report", 1, Evidence.MAX_REPORT),
        fields.bytes("certificates", 0, Evidence.MAX_CERTIFICATES),
        fields.bytes("initdata", 1, Evidence.MAX_INITDATA));
  }

  private static Head readHead(FieldReader fields) {
    long number = fields.number("head.number", Transition.MAX_NUMBER);
    Bytes digest = fields.exactly("head.digest", 32);
    if ((number == 0) != digest.isAllZero()) {
      throw fields.malformed("head", "has a number without a digest, or a digest without a number");
    }
    return number == 0 ? Head.NONE : new Head(number, digest);
  }

  /** The 32 bytes that stand for a head: its digest, or zeros where there is no transition yet. */
  static Bytes digestOf(Head head) {
    return head.equals(Head.NONE) ? Bytes.zeros(32) : head.digest();
  }

  private static MerklePath readPath(FieldReader fields) {
    long index = fields.number("path.index", (1L << MerklePath.MAX_DEPTH) - 1);
    Bytes joined = fields.bytes("path.siblings", 0, 32 * MerklePath.MAX_DEPTH);
    if (joined.size() % 32 != 0) {
      throw fields.malformed("path.siblings", "has " + joined.size() + " bytes");
    }
    List<Bytes> siblings = new ArrayList<>();
    for (int at = 0; at < joined.size(); at += 32) {
      siblings.add(joined.slice(at, at + 32));
    }
    if (index >>> siblings.size() != 0) {
      throw Step.EVIDENCE.refuse(
          ChannelError.PATH_INVALID, "index " + index + " at depth " + siblings.size());
    }
    return new MerklePath((int) index, siblings);
  }
}
