package dev.cloister.coordinator;

import dev.cloister.channel.ChannelLimits;
import dev.cloister.channel.EvidenceBatcher;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Initdata;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The process in the Coordinator's container. It finds in {@code /run/cloister} what the agent put
 * there (docs/in-pod-api.md): {@code deployment.json}, {@code initdata}, {@code store} and the
 * socket {@code api.sock}. It serves attested channels at port 7443 and HTTPS at port 7444, and
 * says what happens on its standard output.
 */
public final class CoordinatorProcess implements Closeable {

  /** Port of the attested channel. */
  public static final int CHANNEL_PORT = 7443;

  /** Port of the HTTP API. */
  public static final int HTTPS_PORT = 7444;

  private static final Path RUN = Path.of("/run/cloister");
  private static final int BACKLOG = 1024;
  private static final int MAX_URL = 256;
  private static final int MAX_DEPLOYMENT = 64 << 10;
  private static final Duration STORE_LIMIT = Duration.ofSeconds(20);
  private static final Duration EVIDENCE_LIMIT = Duration.ofSeconds(20);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration SLOT = Duration.ofMillis(20);
  private static final int BATCH = 256;

  private final Coordinator coordinator;
  private final EvidenceBatcher batcher;
  private final ChannelServer channels;
  private final HttpsEndpoint https;
  private final ServerSocket channelSocket;
  private final InetSocketAddress httpsAddress;

  private CoordinatorProcess(
      Coordinator coordinator,
      EvidenceBatcher batcher,
      ChannelServer channels,
      HttpsEndpoint https,
      ServerSocket channelSocket,
      InetSocketAddress httpsAddress) {
    this.coordinator = coordinator;
    this.batcher = batcher;
    this.channels = channels;
    this.https = https;
    this.channelSocket = channelSocket;
    this.httpsAddress = httpsAddress;
  }

  /**
   * Runs until it is killed.
   *
   * @param arguments none, or the directory that stands for {@code /run/cloister}
   */
  @SuppressWarnings("SystemOut") // The standard output is the container's log.
  public static void main(String[] arguments) throws InterruptedException {
    EventLog log = new EventLog(System.out, InstantSource.system());
    Path run = arguments.length > 0 ? Path.of(arguments[0]) : RUN;
    try {
      CoordinatorProcess process = prepare(run, new InetSocketAddress(HTTPS_PORT), log);
      process.rehearse();
      process.openChannels(new InetSocketAddress(CHANNEL_PORT));
    } catch (CloisterException e) {
      log.say("failed", e);
      System.exit(1);
    }
    Thread.currentThread().join();
  }

  /**
   * Starts, and waits for the store where it does not answer yet.
   *
   * @param run the directory with the agent's files
   * @param channel where attested channels are served; port 0 for any
   * @param web where HTTPS is served; port 0 for any
   * @throws CloisterException where a file is missing or wrong, or the store shows what owners did
   *     not sign
   */
  public static CoordinatorProcess start(
      Path run, InetSocketAddress channel, InetSocketAddress web, EventLog log)
      throws InterruptedException {
    CoordinatorProcess process = prepare(run, web, log);
    process.openChannels(channel);
    return process;
  }

  /** Serves HTTPS, and no channels yet. */
  private static CoordinatorProcess prepare(Path run, InetSocketAddress web, EventLog log)
      throws InterruptedException {
    Initdata initdata = initdata(run);
    SecureRandom random = new SecureRandom();
    Coordinator.Parts parts =
        new Coordinator.Parts(
            initdata,
            store(run, initdata),
            random,
            InstantSource.system(),
            System::nanoTime,
            new Counters(),
            log);
    Coordinator coordinator = coordinator(parts);
    EvidenceBatcher batcher =
        new EvidenceBatcher(
            new InPodAttester(run.resolve("api.sock"), EVIDENCE_LIMIT), SLOT, BATCH);
    return serve(coordinator, batcher, web);
  }

  private static CoordinatorProcess serve(
      Coordinator coordinator, EvidenceBatcher batcher, InetSocketAddress web) {
    try {
      ServerSocket socket = new ServerSocket();
      ServerSocketChannel listener = ServerSocketChannel.open().bind(web, BACKLOG);
      ChannelServer channels =
          ChannelServer.create(coordinator, batcher, socket, limits(coordinator.deployment()));
      HttpsEndpoint https =
          HttpsEndpoint.start(
              coordinator,
              new OwnCredential(coordinator),
              batcher,
              channels::connections,
              listener,
              HttpsEndpoint.LIMITS,
              coordinator.parts().random());
      return new CoordinatorProcess(
          coordinator,
          batcher,
          channels,
          https,
          socket,
          (InetSocketAddress) listener.getLocalAddress());
    } catch (IOException e) {
      throw portFailed(e);
    }
  }

  private static ChannelLimits limits(Deployment deployment) {
    return ChannelLimits.of(deployment.mode()).withCounts(128, 16, 1024);
  }

  private static Initdata initdata(Path run) {
    Initdata initdata = Initdata.parse(read(run.resolve("initdata"), Initdata.MAX_SIZE));
    Deployment deployment = Deployment.parse(read(run.resolve("deployment.json"), MAX_DEPLOYMENT));
    if (!initdata.deployment().equals(deployment)) {
      throw new CloisterException(
          CoordinatorError.BAD_START, "deployment.json", "is not the one of the initdata");
    }
    return initdata;
  }

  private static Store store(Path run, Initdata initdata) {
    String url = read(run.resolve("store"), MAX_URL).toUtf8().strip();
    return HttpStore.of(url, initdata.deployment().pin().digest(), STORE_LIMIT);
  }

  private static Bytes read(Path file, int most) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new CloisterException(
            CoordinatorError.BAD_START, file.toString(), "longer than " + most + " bytes");
      }
      return Bytes.of(bytes);
    } catch (IOException e) {
      throw new CloisterException(
          CoordinatorError.BAD_START, file.toString(), String.valueOf(e.getMessage()), e);
    }
  }

  /** Whatever the store says decides what it is, so it waits for that. */
  private static Coordinator coordinator(Coordinator.Parts parts) throws InterruptedException {
    while (true) {
      try {
        return Coordinator.start(parts);
      } catch (CloisterException e) {
        if (e.code() != CoordinatorError.STORE_FAILED) {
          throw e;
        }
        parts.log().say("waiting", e);
        Thread.sleep(RETRY);
      }
    }
  }

  /** Warms up by one channel to itself. */
  void rehearse() {
    Rehearsal.run(coordinator, batcher);
  }

  /**
   * Serves channels. Whoever waits for them, a pod that tries again and again above all, finds the
   * port closed until the rehearsal is over, and takes no time from it.
   */
  private void openChannels(InetSocketAddress where) {
    try {
      channelSocket.bind(where, BACKLOG);
      channels.open();
    } catch (IOException e) {
      throw portFailed(e);
    }
  }

  private static CloisterException portFailed(IOException e) {
    return new CloisterException(
        CoordinatorError.BAD_START, "ports", String.valueOf(e.getMessage()), e);
  }

  /** Where attested channels are served. */
  InetSocketAddress channelAddress() {
    return (InetSocketAddress) channelSocket.getLocalSocketAddress();
  }

  /** Where HTTPS is served. */
  InetSocketAddress httpsAddress() {
    return httpsAddress;
  }

  /** Takes no more connections. */
  @Override
  public void close() throws IOException {
    channels.close();
    https.close();
  }
}
