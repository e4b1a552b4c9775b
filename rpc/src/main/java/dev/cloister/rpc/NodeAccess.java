package dev.cloister.rpc;

import dev.cloister.encoding.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * What the command line asks of a running pod: messages of {@code node.proto} as records. Reading
 * refuses unknown and repeated fields; a field that is absent has the default of protobuf.
 */
public final class NodeAccess {

  private NodeAccess() {}

  /**
   * {@code cloister.node.v1.AttestRequest}.
   *
   * @param id id
   * @param nonce nonce
   */
  public record AttestRequest(String id, Bytes nonce) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static AttestRequest read(ProtoReader in) {
      String id = "";
      Bytes nonce = Bytes.EMPTY;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> id = in.string();
          case 2 -> nonce = in.bytes();
          default -> throw in.unknown();
        }
      }
      return new AttestRequest(id, nonce);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, id);
      out.bytes(2, nonce);
    }
  }

  /**
   * {@code cloister.node.v1.AttestResponse}.
   *
   * @param type type
   * @param report report
   * @param certificates certificates
   * @param initdata what the host passed to the VM; the verifier checks its hash against the report
   */
  public record AttestResponse(String type, Bytes report, Bytes certificates, Bytes initdata)
      implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static AttestResponse read(ProtoReader in) {
      String type = "";
      Bytes report = Bytes.EMPTY;
      Bytes certificates = Bytes.EMPTY;
      Bytes initdata = Bytes.EMPTY;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> type = in.string();
          case 2 -> report = in.bytes();
          case 3 -> certificates = in.bytes();
          case 4 -> initdata = in.bytes();
          default -> throw in.unknown();
        }
      }
      return new AttestResponse(type, report, certificates, initdata);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, type);
      out.bytes(2, report);
      out.bytes(3, certificates);
      out.bytes(4, initdata);
    }
  }

  /**
   * {@code cloister.node.v1.ExecRequest}.
   *
   * @param id id
   * @param container container
   * @param argv argv
   */
  public record ExecRequest(String id, String container, List<String> argv)
      implements ProtoMessage {
    public ExecRequest {
      argv = List.copyOf(argv);
    }

    /** Reads one; refuses what is not exactly this message. */
    public static ExecRequest read(ProtoReader in) {
      String id = "";
      String container = "";
      List<String> argv = new ArrayList<>();
      while (in.next()) {
        switch (in.field()) {
          case 1 -> id = in.string();
          case 2 -> container = in.string();
          case 3 -> argv.add(in.many().string());
          default -> throw in.unknown();
        }
      }
      return new ExecRequest(id, container, argv);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, id);
      out.string(2, container);
      out.strings(3, argv);
    }
  }

  /**
   * {@code cloister.node.v1.ExecResponse}.
   *
   * @param exitCode exit code
   * @param stdout stdout
   * @param stderr stderr
   */
  public record ExecResponse(int exitCode, Bytes stdout, Bytes stderr) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static ExecResponse read(ProtoReader in) {
      int exitCode = 0;
      Bytes stdout = Bytes.EMPTY;
      Bytes stderr = Bytes.EMPTY;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> exitCode = in.int32();
          case 2 -> stdout = in.bytes();
          case 3 -> stderr = in.bytes();
          default -> throw in.unknown();
        }
      }
      return new ExecResponse(exitCode, stdout, stderr);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.int32(1, exitCode);
      out.bytes(2, stdout);
      out.bytes(3, stderr);
    }
  }

  /**
   * {@code cloister.node.v1.ReadLogRequest}.
   *
   * @param id id
   * @param container empty: the VM's console
   * @param offset offset
   * @param follow wait up to 10 s for more
   */
  public record ReadLogRequest(String id, String container, long offset, boolean follow)
      implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static ReadLogRequest read(ProtoReader in) {
      String id = "";
      String container = "";
      long offset = 0;
      boolean follow = false;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> id = in.string();
          case 2 -> container = in.string();
          case 3 -> offset = in.uint64();
          case 4 -> follow = in.bool();
          default -> throw in.unknown();
        }
      }
      return new ReadLogRequest(id, container, offset, follow);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, id);
      out.string(2, container);
      out.uint64(3, offset);
      out.bool(4, follow);
    }
  }

  /**
   * {@code cloister.node.v1.ReadLogResponse}.
   *
   * @param data data
   * @param nextOffset next offset
   * @param ended ended
   */
  public record ReadLogResponse(Bytes data, long nextOffset, boolean ended)
      implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static ReadLogResponse read(ProtoReader in) {
      Bytes data = Bytes.EMPTY;
      long nextOffset = 0;
      boolean ended = false;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> data = in.bytes();
          case 2 -> nextOffset = in.uint64();
          case 3 -> ended = in.bool();
          default -> throw in.unknown();
        }
      }
      return new ReadLogResponse(data, nextOffset, ended);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.bytes(1, data);
      out.uint64(2, nextOffset);
      out.bool(3, ended);
    }
  }

  /**
   * {@code cloister.node.v1.Join}: how a pod stands to its Coordinator.
   *
   * @param state {@code none} (the policy joins no Coordinator), {@code waiting} (not joined yet),
   *     {@code joined}, {@code failing} (joined, but the latest renewal failed)
   * @param reason why it waits or fails: code, place, detail
   * @param coordinator the address in use: what the host said last
   * @param identity identity name in the certificate
   * @param headNumber newest transition that was verified
   * @param headDigest its digest
   * @param notAfterMillis end of the certificate, Unix time
   * @param joins how many certificates the pod has had
   * @param waitedMicros from the network to the first try of the first join that succeeded
   * @param channelMicros its channel, with the evidence of both ends
   * @param verifyMicros its history and the Coordinator's evidence
   * @param issueMicros its certificate and secret
   */
  public record Join(
      String state,
      String reason,
      String coordinator,
      String identity,
      long headNumber,
      Bytes headDigest,
      long notAfterMillis,
      int joins,
      long waitedMicros,
      long channelMicros,
      long verifyMicros,
      long issueMicros)
      implements ProtoMessage {

    /** Nothing is known. */
    public static final Join UNKNOWN = new Join("", "", "", "", 0, Bytes.EMPTY, 0, 0, 0, 0, 0, 0);

    /** Reads one; refuses what is not exactly this message. */
    public static Join read(ProtoReader in) {
      String state = "";
      String reason = "";
      String coordinator = "";
      String identity = "";
      long headNumber = 0;
      Bytes headDigest = Bytes.EMPTY;
      long notAfterMillis = 0;
      int joins = 0;
      long waitedMicros = 0;
      long channelMicros = 0;
      long verifyMicros = 0;
      long issueMicros = 0;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> state = in.string();
          case 2 -> reason = in.string();
          case 3 -> coordinator = in.string();
          case 4 -> identity = in.string();
          case 5 -> headNumber = in.uint64();
          case 6 -> headDigest = in.bytes();
          case 7 -> notAfterMillis = in.uint64();
          case 8 -> joins = in.uint32();
          case 9 -> waitedMicros = in.uint64();
          case 10 -> channelMicros = in.uint64();
          case 11 -> verifyMicros = in.uint64();
          case 12 -> issueMicros = in.uint64();
          default -> throw in.unknown();
        }
      }
      return new Join(
          state,
          reason,
          coordinator,
          identity,
          headNumber,
          headDigest,
          notAfterMillis,
          joins,
          waitedMicros,
          channelMicros,
          verifyMicros,
          issueMicros);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, state);
      out.string(2, reason);
      out.string(3, coordinator);
      out.string(4, identity);
      out.uint64(5, headNumber);
      out.bytes(6, headDigest);
      out.uint64(7, notAfterMillis);
      out.uint32(8, joins);
      out.uint64(9, waitedMicros);
      out.uint64(10, channelMicros);
      out.uint64(11, verifyMicros);
      out.uint64(12, issueMicros);
    }
  }
}
