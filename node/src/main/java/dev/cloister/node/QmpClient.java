package dev.cloister.node;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * QEMU's control protocol (QEMU documentation, interop/qmp-spec): JSON objects, one a line. Answers
 * are matched by id; events are dropped, except that {@code SHUTDOWN} is remembered. Safe for use
 * by any thread; one virtual thread reads.
 */
final class QmpClient implements AutoCloseable {

  private static final int MAX_LINE = 1 << 20;
  private static final JsonBudget BUDGET = new JsonBudget(MAX_LINE, 32, 1 << 16);

  private final Path socket;
  private final SocketChannel channel;
  private final Map<Long, CompletableFuture<Json>> waiting = new HashMap<>();
  private final CompletableFuture<Json> greeting = new CompletableFuture<>();
  private final CompletableFuture<String> ended = new CompletableFuture<>();
  private long lastId;

  private QmpClient(Path socket, SocketChannel channel) {
    this.socket = socket;
    this.channel = channel;
  }

  /**
   * Connects and negotiates. QEMU takes one client at a time.
   *
   * @throws CloisterException with {@link NodeError#QMP_FAILED}
   */
  static QmpClient connect(Path socket, NodeThreads threads, Duration limit) {
    try {
      SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
      QmpClient client = new QmpClient(socket, channel);
      threads.start("qmp", client::read);
      try {
        client.await(client.greeting, "the greeting", limit);
        client.execute("qmp_capabilities", Json.object().build(), limit);
        return client;
      } catch (CloisterException e) {
        client.close();
        throw e;
      }
    } catch (IOException e) {
      throw failed(socket, "cannot connect: " + e.getMessage(), e);
    }
  }

  /**
   * Executes a command and returns what it returned.
   *
   * @throws CloisterException with {@link NodeError#QMP_FAILED} and QEMU's message
   */
  Json execute(String command, Json.Obj arguments, Duration limit) {
    CompletableFuture<Json> answer = new CompletableFuture<>();
    long id = register(answer);
    Json.Obj request =
        Json.object().put("execute", command).put("id", id).put("arguments", arguments).build();
    try {
      send(JsonWriter.canonical(request) + "\n");
      return await(answer, command, limit);
    } catch (IOException e) {
      throw failed(socket, command + ": " + e.getMessage(), e);
    } finally {
      forget(id);
    }
  }

  /** Done when the connection is closed: why QEMU stopped, or an empty text. */
  CompletableFuture<String> ended() {
    return ended.copy();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException _) {
      // The reader sees the end either way.
    }
  }

  private synchronized long register(CompletableFuture<Json> answer) {
    waiting.put(++lastId, answer);
    return lastId;
  }

  private synchronized void forget(long id) {
    waiting.remove(id);
  }

  private void send(String line) throws IOException {
    ByteBuffer rest = Bytes.ofUtf8(line).toBuffer();
    synchronized (channel) {
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
    }
  }

  private Json await(CompletableFuture<Json> answer, String what, Duration limit) {
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw failed(socket, what + ": no answer in " + limit.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CloisterException cause) {
        throw cause;
      }
      throw failed(socket, what + ": " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(socket, what + ": interrupted", e);
    }
  }

  private void read() {
    String reason = "the connection was closed";
    try (channel) {
      ByteBuffer chunk = ByteBuffer.allocate(8192);
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      while (channel.read(chunk.clear()) >= 0) {
        chunk.flip();
        while (chunk.hasRemaining()) {
          byte next = chunk.get();
          if (next == '\n') {
            take(JsonParser.parse(Bytes.of(line.toByteArray()), BUDGET));
            line.reset();
          } else {
            line.write(next);
          }
          if (line.size() > MAX_LINE) {
            throw new IOException("a line of more than " + MAX_LINE + " bytes");
          }
        }
      }
    } catch (IOException | CloisterException e) {
      reason = String.valueOf(e.getMessage());
    }
    end(reason);
  }

  private synchronized void take(Json message) {
    if (!(message instanceof Json.Obj object)) {
      throw failed(socket, "a message that is no object", new IOException("bad message"));
    }
    Map<String, Json> members = object.members();
    if (members.containsKey("QMP")) {
      greeting.complete(message);
    } else if (members.get("id") instanceof Json.Num id) {
      CompletableFuture<Json> answer = waiting.remove(id.value());
      if (answer != null) {
        settle(answer, members);
      }
    }
  }

  private void settle(CompletableFuture<Json> answer, Map<String, Json> members) {
    Json result = members.get("return");
    if (result != null) {
      answer.complete(result);
      return;
    }
    String text = "an error without a description";
    if (members.get("error") instanceof Json.Obj error
        && error.members().get("desc") instanceof Json.Str description) {
      text = description.value();
    }
    answer.completeExceptionally(new CloisterException(NodeError.QMP_FAILED, "", text));
  }

  private synchronized void end(String reason) {
    CloisterException failure =
        new CloisterException(NodeError.QMP_FAILED, socket.toString(), reason);
    greeting.completeExceptionally(failure);
    waiting.values().forEach(answer -> answer.completeExceptionally(failure));
    waiting.clear();
    ended.complete(reason);
  }

  private static CloisterException failed(Path socket, String detail, Throwable cause) {
    return new CloisterException(NodeError.QMP_FAILED, socket.toString(), detail, cause);
  }
}
