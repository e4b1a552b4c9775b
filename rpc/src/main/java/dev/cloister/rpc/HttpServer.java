package dev.cloister.rpc;

import dev.cloister.encoding.CloisterException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/**
 * A small HTTP/1.1 server over any listening socket, for the few places where others than Cloister
 * ask: one request for each connection, strict, bounded in bytes, time and connections. What it
 * does not know it refuses with a code; it has no routes of its own.
 *
 * <p>Each connection has a thread of its own from the factory; one more accepts.
 */
public final class HttpServer implements AutoCloseable {

  private static final Duration AGAIN = Duration.ofMillis(20);
  private static final Duration FAREWELL = Duration.ofMillis(500);
  private static final Duration CLOSING = Duration.ofSeconds(2);
  private static final int FAREWELL_BYTES = 256 << 10;
  private static final int PIECE = 16 << 10;

  private final ServerSocketChannel listener;
  private final HttpLimits limits;
  private final ThreadFactory threads;
  private final HttpLayer layer;
  private final HttpHandler handler;
  private final Places places;
  private final Thread accepting;

  /**
   * @param listener bound, in blocking mode; closed with the server
   */
  public HttpServer(
      ServerSocketChannel listener, HttpLimits limits, ThreadFactory threads, HttpHandler handler) {
    this(listener, limits, threads, HttpLayer.PLAIN, handler);
  }

  /**
   * The same over a layer.
   *
   * @param layer for example TLS
   */
  public HttpServer(
      ServerSocketChannel listener,
      HttpLimits limits,
      ThreadFactory threads,
      HttpLayer layer,
      HttpHandler handler) {
    this.listener = listener;
    this.limits = limits;
    this.threads = threads;
    this.layer = layer;
    this.handler = handler;
    this.places = new Places(limits);
    this.accepting = threads.newThread(this::accept);
  }

  /** Starts the thread that accepts; once. */
  public void start() {
    accepting.start();
  }

  /** A connection that cannot be had, for want of descriptors say, does not end the listening. */
  private void accept() {
    while (listener.isOpen()) {
      try {
        SocketChannel channel = listener.accept();
        String peer = peer(channel);
        if (places.enter(peer)) {
          threads.newThread(() -> connection(channel, peer)).start();
        } else {
          channel.close();
        }
      } catch (ClosedChannelException _) {
        // The listener was closed, or the peer has gone.
      } catch (IOException _) {
        LockSupport.parkNanos(AGAIN.toNanos());
      }
    }
  }

  /** The IP address, which is what a peer is known by; the empty text for Unix sockets. */
  private static String peer(SocketChannel channel) throws IOException {
    return channel.getRemoteAddress() instanceof InetSocketAddress address
        ? address.getAddress().getHostAddress()
        : "";
  }

  private void connection(SocketChannel channel, String peer) {
    try (channel;
        TimedChannel timed = new TimedChannel(channel)) {
      timed.within(limits.receive());
      HttpLayer.Streams streams = layer.open(timed, timed.output());
      send(timed, streams.out(), answer(timed, streams.in(), channel.getRemoteAddress()));
      streams.end();
      farewell(timed);
    } catch (IOException _) {
      // The peer has gone, or takes too long to take its answer.
    } finally {
      places.leave(peer);
    }
  }

  private HttpResponse answer(TimedChannel channel, InputStream in, SocketAddress peer)
      throws IOException {
    try {
      InputStream buffered = new BufferedInputStream(in, PIECE);
      HttpHead head = HttpHead.read(buffered, limits.headBytes());
      if (head.length() > limits.bodyBytes()) {
        throw new CloisterException(
            RpcError.HTTP_TOO_LARGE,
            "body",
            head.length() + " bytes where " + limits.bodyBytes() + " are taken");
      }
      channel.within(limits.receive());
      InputStream body = new Bounded(buffered, head.length());
      return handler.answer(
          new HttpRequest(head.method(), head.target(), head.fields(), head.length(), body, peer));
    } catch (CloisterException e) {
      return HttpResponse.refusal(e);
    } catch (SocketTimeoutException e) {
      return HttpResponse.refusal(
          new CloisterException(RpcError.HTTP_TOO_SLOW, "", String.valueOf(e.getMessage()), e));
    } catch (RuntimeException e) {
      Thread thread = Thread.currentThread();
      thread.getThreadGroup().uncaughtException(thread, e);
      return HttpResponse.refusal(
          new CloisterException(RpcError.INTERNAL, "", "the request failed", e));
    }
  }

  private void send(TimedChannel channel, OutputStream out, HttpResponse response)
      throws IOException {
    channel.within(limits.send());
    StringBuilder head = new StringBuilder("HTTP/1.1 " + response.status() + " \r\n");
    for (Map.Entry<String, String> field : response.fields().entrySet()) {
      head.append(field.getKey()).append(": ").append(field.getValue()).append("\r\n");
    }
    head.append("Content-Length: ").append(response.length()).append("\r\n");
    head.append("Connection: close\r\n\r\n");
    ByteArrayOutputStream first = new ByteArrayOutputStream(PIECE);
    first.writeBytes(head.toString().getBytes(StandardCharsets.US_ASCII));
    try (InputStream body = response.body().open()) {
      first.writeBytes(body.readNBytes((int) Math.min(PIECE, response.length())));
      byte[] start = first.toByteArray();
      out.write(start, 0, start.length);
      long left = response.length() - Math.min(PIECE, response.length());
      byte[] piece = new byte[(int) Math.min(PIECE, left)];
      while (left > 0) {
        int got = body.read(piece, 0, (int) Math.min(piece.length, left));
        if (got < 0) {
          throw new EOFException("the answer ends early");
        }
        out.write(piece, 0, got);
        left -= got;
      }
      out.flush();
    }
  }

  /** Takes what the peer still sends, so that the close does not cut off the answer. */
  private static void farewell(TimedChannel channel) throws IOException {
    channel.within(FAREWELL);
    channel.endOutput();
    byte[] rest = new byte[PIECE];
    int taken = 0;
    int got = channel.read(rest, 0, rest.length);
    while (got >= 0 && taken < FAREWELL_BYTES) {
      taken += got;
      got = channel.read(rest, 0, rest.length);
    }
  }

  /**
   * Ends the listening, and returns when the address is free; connections end by themselves within
   * their times.
   */
  @Override
  public void close() {
    try {
      listener.close();
      accepting.join(CLOSING);
    } catch (IOException _) {
      // Nobody listens any more in either case.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Who is connected. */
  private static final class Places {
    private final HttpLimits limits;
    private final Map<String, Integer> taken = new HashMap<>();
    private int all;

    Places(HttpLimits limits) {
      this.limits = limits;
    }

    synchronized boolean enter(String peer) {
      int own = taken.getOrDefault(peer, 0);
      if (all >= limits.connections() || own >= limits.ofOnePeer()) {
        return false;
      }
      taken.put(peer, own + 1);
      all++;
      return true;
    }

    synchronized void leave(String peer) {
      int own = taken.getOrDefault(peer, 1) - 1;
      if (own == 0) {
        taken.remove(peer);
      } else {
        taken.put(peer, own);
      }
      all--;
    }
  }

  /** A body: the next bytes of a connection, up to its length. */
  private static final class Bounded extends InputStream {
    private final InputStream in;
    private long left;

    Bounded(InputStream in, long length) {
      this.in = in;
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int got = in.read(into, from, (int) Math.min(length, left));
      if (got < 0) {
        throw new EOFException("the body ends early");
      }
      left -= got;
      return got;
    }
  }
}
