package dev.cloister.channel;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Secret;
import dev.cloister.manifest.DeploymentPin;
import dev.cloister.manifest.Head;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An open attested channel: bytes both ways, and who is at the other end.
 *
 * <p>The exchange is repeated on the live connection, without a pause of the application's bytes:
 * when the responder's newest transition changes, after a time that the limits set, and when either
 * end calls {@link #reattest()}. A repetition that fails or is late closes the connection.
 *
 * <p>Threads: one virtual thread takes frames, one keeps the time. {@link #in()} and {@link #out()}
 * may be used by one thread each, everything else by any. Whoever does not read for as long as a
 * renewal may last, loses the connection, because the messages of the exchange come behind the
 * bytes that wait. Bytes still in flight when the connection is closed may be lost: protocols above
 * say when they are done.
 */
public final class AttestedConnection implements Closeable {

  private static final Duration FAREWELL = Duration.ofSeconds(1);

  /** What is known when the first round is finished. */
  record Opened(
      boolean initiator,
      DeploymentPin pin,
      Purpose purpose,
      Round first,
      Exchange exchange,
      FrameLink link,
      Socket transport,
      SessionBinding binding,
      ChannelLimits limits,
      Runnable onClose) {}

  private final Opened opened;
  private final Inbox in = new Inbox();
  private final FrameOutput out;
  private final Wrapping wrapping;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Round current;
  private boolean renewalWanted;
  private boolean closed;
  private @Nullable CloisterException failure;

  AttestedConnection(Opened opened) {
    this.opened = opened;
    this.current = opened.first();
    this.out = new FrameOutput(opened.link());
    this.wrapping = new Wrapping(opened.initiator(), opened.first());
  }

  void begin() {
    Thread.ofVirtual().name("channel-frames").start(this::takeFrames);
    Thread.ofVirtual().name("channel-keeper").start(this::keep);
  }

  /** The peer's bytes; its end is the peer's own word, a cut is an {@link IOException}. */
  public InputStream in() {
    return in;
  }

  /** Bytes to the peer. Closing it says that no more will come; reading goes on. */
  public OutputStream out() {
    return out;
  }

  /** Who is at the other end, by the newest finished exchange. */
  public PeerIdentity peer() {
    return current().peer();
  }

  /** The responder's newest transition, by the newest finished exchange. */
  public Head head() {
    return current().head();
  }

  /** Number of exchanges that were finished, from 1. */
  public long rounds() {
    return current().number();
  }

  /** The deployment that both ends speak about. */
  public DeploymentPin pin() {
    return opened.pin();
  }

  /** What the channel is for. */
  public Purpose purpose() {
    return opened.purpose();
  }

  /** Why the channel broke, where it did. */
  public Optional<CloisterException> failure() {
    lock.lock();
    try {
      return Optional.ofNullable(failure);
    } finally {
      lock.unlock();
    }
  }

  private Round current() {
    lock.lock();
    try {
      return current;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Wraps a secret for the peer under the post-quantum key, so that not even one who records the
   * connection and later breaks its key exchange reads it.
   *
   * @param label what the secret is, for example {@code workload-secret/db}; the peer names the
   *     same
   * @param secret up to 1 MiB
   * @return what is sent as application data
   */
  public Bytes wrap(String label, Secret secret) {
    return wrapping.wrap(label, secret);
  }

  /**
   * Opens what the peer wrapped on this connection.
   *
   * @throws CloisterException with {@link ChannelError#UNWRAP_REFUSED}, {@link
   *     ChannelError#MESSAGE_MALFORMED} or {@link ChannelError#CLOSED}
   */
  public Secret unwrap(String label, Bytes wrapped) {
    return wrapping.unwrap(label, wrapped);
  }

  /**
   * Repeats the exchange and waits for its end; joins one that is wanted already.
   *
   * @throws CloisterException why it failed; the connection is then closed
   */
  public void reattest() {
    long seen = rounds();
    wantRenewal();
    lock.lock();
    try {
      while (current.number() == seen && !closed) {
        changed.await();
      }
      if (current.number() == seen) {
        throw failure == null
            ? Step.RENEWAL.refuse(ChannelError.CLOSED, "closed while it waited")
            : failure;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Step.RENEWAL.refuse(ChannelError.CLOSED, "interrupted", e);
    } finally {
      lock.unlock();
    }
  }

  void wantRenewal() {
    lock.lock();
    try {
      renewalWanted = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void takeFrames() {
    try {
      while (true) {
        take(opened.link().read(Step.DATA, this::budget));
      }
    } catch (CloisterException e) {
      fail(e);
    } catch (IOException e) {
      fail(Step.DATA.refuse(ChannelError.CONNECTION_LOST, String.valueOf(e.getMessage()), e));
    } catch (InterruptedException e) {
      fail(Step.DATA.refuse(ChannelError.CLOSED, "interrupted", e));
    } catch (RuntimeException e) {
      fail(Step.DATA.refuse(ChannelError.CLOSED, "a bug: " + e, e));
    }
  }

  private int budget(FrameType type) {
    return switch (type) {
      case DATA, END -> in.hasEnded() ? -1 : type.maxSize();
      case RENEW -> opened.initiator() ? type.maxSize() : -1;
      case REFUSAL -> type.maxSize();
      case HELLO, CHALLENGE, EVIDENCE, PROOF, FINISHED -> opened.exchange().budget(type);
    };
  }

  private void take(Frame frame) throws IOException, InterruptedException {
    switch (frame.type()) {
      case DATA -> in.put(frame.body().toArray());
      case END -> in.end();
      case RENEW -> wantRenewal();
      case REFUSAL ->
          throw RefusalMessage.decode(frame.body(), Step.RENEWAL).toException(Step.RENEWAL);
      case HELLO, CHALLENGE, EVIDENCE, PROOF, FINISHED ->
          opened.exchange().accept(frame).ifPresent(this::renewed);
    }
  }

  private void renewed(Round round) {
    lock.lock();
    try {
      wrapping.renew(round);
      current = round;
      renewalWanted = isStale(round);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean isStale(Round round) {
    return opened.exchange() instanceof ResponderExchange responder && responder.isStale(round);
  }

  /** Wants another round where the newest transition changed since the first one. */
  void renewIfStale() {
    if (isStale(current())) {
      wantRenewal();
    }
  }

  private void keep() {
    try {
      while (awaitDue()) {
        long seen = rounds();
        try (Deadline _ = Deadline.start(opened.limits().renewal(), this::overdue)) {
          opened.exchange().start();
          awaitRound(seen);
        }
      }
    } catch (IOException e) {
      fail(Step.RENEWAL.refuse(ChannelError.CONNECTION_LOST, String.valueOf(e.getMessage()), e));
    } catch (InterruptedException e) {
      fail(Step.RENEWAL.refuse(ChannelError.CLOSED, "interrupted", e));
    }
  }

  /** Waits until a round is due; false where the connection is closed. */
  private boolean awaitDue() throws InterruptedException {
    lock.lock();
    try {
      long left = opened.limits().renewAfter().toNanos();
      long seen = current.number();
      while (!closed && !renewalWanted && left > 0) {
        left = changed.awaitNanos(left);
        if (current.number() != seen) {
          seen = current.number();
          left = opened.limits().renewAfter().toNanos();
        }
      }
      renewalWanted = false;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void awaitRound(long seen) throws InterruptedException {
    lock.lock();
    try {
      while (!closed && current.number() == seen) {
        changed.await(1, TimeUnit.HOURS);
      }
    } finally {
      lock.unlock();
    }
  }

  private void overdue() {
    fail(
        Step.RENEWAL.refuse(
            ChannelError.RENEWAL_OVERDUE,
            "not finished within " + opened.limits().renewal().toSeconds() + " s"));
  }

  private void fail(CloisterException why) {
    boolean first;
    lock.lock();
    try {
      first = !closed && failure == null;
      if (first) {
        failure = why;
      }
    } finally {
      lock.unlock();
    }
    if (first) {
      boolean ours = why.code() != ChannelError.REFUSED_BY_PEER;
      boolean lost = why.code() == ChannelError.CONNECTION_LOST;
      end(ours && !lost ? () -> opened.link().refuse(why) : () -> {});
      in.fail(lost ? Step.DATA.refuse(ChannelError.TRUNCATED, why.detail(), why) : why);
    }
  }

  /** Says the end to the peer if that is quick, and closes. Erases the keys. */
  @Override
  public void close() {
    end(() -> {
      try {
        out.close();
      } catch (IOException e) {
        // The peer is gone already.
      }
    });
    in.fail(Step.DATA.refuse(ChannelError.CLOSED, "closed by this end"));
  }

  private void end(Runnable farewell) {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try (Deadline _ = Deadline.start(FAREWELL, () -> Opening.closeQuietly(opened.transport()))) {
      farewell.run();
    } finally {
      // Whatever the farewell does, keys are erased and the place is given back.
      Opening.closeQuietly(opened.transport());
      wrapping.close();
      opened.binding().exporter().close();
      opened.onClose().run();
    }
  }

  /** Application bytes as frames. */
  private static final class FrameOutput extends OutputStream {

    private final FrameLink link;
    private final ReentrantLock ending = new ReentrantLock();
    private boolean ended;

    FrameOutput(FrameLink link) {
      this.link = link;
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, source.length);
      int most = FrameType.DATA.maxSize();
      for (int at = 0; at < length; at += most) {
        requireOpen();
        link.write(FrameType.DATA, source, offset + at, Math.min(most, length - at));
      }
    }

    private void requireOpen() throws IOException {
      ending.lock();
      try {
        if (ended) {
          throw new IOException("the output was closed");
        }
      } finally {
        ending.unlock();
      }
    }

    @Override
    public void close() throws IOException {
      ending.lock();
      try {
        if (ended) {
          return;
        }
        ended = true;
      } finally {
        ending.unlock();
      }
      link.write(FrameType.END, Bytes.EMPTY);
    }
  }
}
