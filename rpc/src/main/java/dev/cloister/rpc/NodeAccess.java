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
   * {@code cloister.node.v1.GetPodMeshRequest}.
   *
   * @param id id, or namespace/name
   * @param afterSequence only events with a greater sequence number are told
   * @param waitMillis how long to wait for one; 10,000 at most
   */
  public record GetPodMeshRequest(String id, long afterSequence, int waitMillis)
      implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static GetPodMeshRequest read(ProtoReader in) {
      String id = "";
      long afterSequence = 0;
      int waitMillis = 0;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> id = in.string();
          case 2 -> afterSequence = in.uint64();
          case 3 -> waitMillis = in.uint32();
          default -> throw in.unknown();
        }
      }
      return new GetPodMeshRequest(id, afterSequence, waitMillis);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, id);
      out.uint64(2, afterSequence);
      out.uint32(3, waitMillis);
    }
  }
}
