package dev.cloister.rpc;

import java.util.ArrayList;
import java.util.List;

/**
 * What the host asks about containers and their commands: messages of {@code agent.proto} as
 * records. Reading refuses unknown and repeated fields; a field that is absent has the default of
 * protobuf.
 */
public final class AgentContainers {

  private AgentContainers() {}

  /**
   * {@code cloister.agent.v1.CreateRequest}.
   *
   * @param container name in the policy
   * @param instance id that the host chooses, [a-zA-Z0-9_.-]{1,64}
   */
  public record CreateRequest(String container, String instance) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static CreateRequest read(ProtoReader in) {
      String container = "";
      String instance = "";
      while (in.next()) {
        switch (in.field()) {
          case 1 -> container = in.string();
          case 2 -> instance = in.string();
          default -> throw in.unknown();
        }
      }
      return new CreateRequest(container, instance);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, container);
      out.string(2, instance);
    }
  }

  /**
   * {@code cloister.agent.v1.StartRequest}.
   *
   * @param instance instance
   */
  public record StartRequest(String instance) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static StartRequest read(ProtoReader in) {
      String instance = "";
      while (in.next()) {
        instance =
            switch (in.field()) {
              case 1 -> in.string();
              default -> throw in.unknown();
            };
      }
      return new StartRequest(instance);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, instance);
    }
  }

  /**
   * {@code cloister.agent.v1.WaitRequest}.
   *
   * @param instance instance
   * @param exec empty: the container itself
   */
  public record WaitRequest(String instance, String exec) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static WaitRequest read(ProtoReader in) {
      String instance = "";
      String exec = "";
      while (in.next()) {
        switch (in.field()) {
          case 1 -> instance = in.string();
          case 2 -> exec = in.string();
          default -> throw in.unknown();
        }
      }
      return new WaitRequest(instance, exec);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, instance);
      out.string(2, exec);
    }
  }

  /**
   * {@code cloister.agent.v1.WaitResponse}.
   *
   * @param exitCode exit code
   * @param exitedMillis exited millis
   */
  public record WaitResponse(int exitCode, long exitedMillis) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static WaitResponse read(ProtoReader in) {
      int exitCode = 0;
      long exitedMillis = 0;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> exitCode = in.int32();
          case 2 -> exitedMillis = in.uint64();
          default -> throw in.unknown();
        }
      }
      return new WaitResponse(exitCode, exitedMillis);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.int32(1, exitCode);
      out.uint64(2, exitedMillis);
    }
  }

  /**
   * {@code cloister.agent.v1.ExecRequest}.
   *
   * @param instance instance
   * @param exec exec
   * @param argv argv
   * @param tty tty
   * @param stdin stdin
   */
  public record ExecRequest(
      String instance, String exec, List<String> argv, boolean tty, boolean stdin)
      implements ProtoMessage {
    public ExecRequest {
      argv = List.copyOf(argv);
    }

    /** Reads one; refuses what is not exactly this message. */
    public static ExecRequest read(ProtoReader in) {
      String instance = "";
      String exec = "";
      List<String> argv = new ArrayList<>();
      boolean tty = false;
      boolean stdin = false;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> instance = in.string();
          case 2 -> exec = in.string();
          case 3 -> argv.add(in.many().string());
          case 4 -> tty = in.bool();
          case 5 -> stdin = in.bool();
          default -> throw in.unknown();
        }
      }
      return new ExecRequest(instance, exec, argv, tty, stdin);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, instance);
      out.string(2, exec);
      out.strings(3, argv);
      out.bool(4, tty);
      out.bool(5, stdin);
    }
  }

  /**
   * {@code cloister.agent.v1.SignalRequest}.
   *
   * @param instance instance
   * @param exec exec
   * @param signal signal
   */
  public record SignalRequest(String instance, String exec, int signal) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static SignalRequest read(ProtoReader in) {
      String instance = "";
      String exec = "";
      int signal = 0;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> instance = in.string();
          case 2 -> exec = in.string();
          case 3 -> signal = in.uint32();
          default -> throw in.unknown();
        }
      }
      return new SignalRequest(instance, exec, signal);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, instance);
      out.string(2, exec);
      out.uint32(3, signal);
    }
  }

  /**
   * {@code cloister.agent.v1.CloseStdinRequest}.
   *
   * @param instance instance
   * @param exec exec
   */
  public record CloseStdinRequest(String instance, String exec) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static CloseStdinRequest read(ProtoReader in) {
      String instance = "";
      String exec = "";
      while (in.next()) {
        switch (in.field()) {
          case 1 -> instance = in.string();
          case 2 -> exec = in.string();
          default -> throw in.unknown();
        }
      }
      return new CloseStdinRequest(instance, exec);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, instance);
      out.string(2, exec);
    }
  }

  /**
   * {@code cloister.agent.v1.ResizeTerminalRequest}.
   *
   * @param instance instance
   * @param exec exec
   * @param columns columns
   * @param rows rows
   */
  public record ResizeTerminalRequest(String instance, String exec, int columns, int rows)
      implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static ResizeTerminalRequest read(ProtoReader in) {
      String instance = "";
      String exec = "";
      int columns = 0;
      int rows = 0;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> instance = in.string();
          case 2 -> exec = in.string();
          case 3 -> columns = in.uint32();
          case 4 -> rows = in.uint32();
          default -> throw in.unknown();
        }
      }
      return new ResizeTerminalRequest(instance, exec, columns, rows);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, instance);
      out.string(2, exec);
      out.uint32(3, columns);
      out.uint32(4, rows);
    }
  }

  /**
   * {@code cloister.agent.v1.ResizeResourcesRequest}.
   *
   * @param instance instance
   * @param cpuMilli cpu milli
   * @param memoryMib memory mib
   */
  public record ResizeResourcesRequest(String instance, int cpuMilli, int memoryMib)
      implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static ResizeResourcesRequest read(ProtoReader in) {
      String instance = "";
      int cpuMilli = 0;
      int memoryMib = 0;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> instance = in.string();
          case 2 -> cpuMilli = in.uint32();
          case 3 -> memoryMib = in.uint32();
          default -> throw in.unknown();
        }
      }
      return new ResizeResourcesRequest(instance, cpuMilli, memoryMib);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, instance);
      out.uint32(2, cpuMilli);
      out.uint32(3, memoryMib);
    }
  }

  /**
   * {@code cloister.agent.v1.RemoveRequest}.
   *
   * @param instance instance
   */
  public record RemoveRequest(String instance) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static RemoveRequest read(ProtoReader in) {
      String instance = "";
      while (in.next()) {
        instance =
            switch (in.field()) {
              case 1 -> in.string();
              default -> throw in.unknown();
            };
      }
      return new RemoveRequest(instance);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, instance);
    }
  }
}
