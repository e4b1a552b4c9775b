package dev.cloister.coordinator;

import dev.cloister.client.CoordinatorLink;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Honest joins, one after the other, beside a Coordinator in this process, in spells with and
 * without strangers, who are a process of their own.
 */
final class Strangers {

  private static final long SPELL_NANOS = 15_000_000_000L;
  private static final int TIMES = 10;

  private Strangers() {}

  /** Minutes, and the command that starts the strangers. */
  public static void main(String[] arguments) throws Exception {
    long end = System.nanoTime() + Long.parseLong(arguments[0]) * 60_000_000_000L;
    List<String> command = new ArrayList<>(Arrays.asList(arguments).subList(1, arguments.length));
    try (Running running = Running.ready()) {
      command.add(Integer.toString(running.address().port()));
      for (int i = 0; i < 150; i++) {
        join(running);
      }
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      try (PrintStream say = new PrintStream(process.getOutputStream(), true);
          BufferedReader told =
              new BufferedReader(
                  new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
        List<Double> ratios = new ArrayList<>();
        List<Long> memory = new ArrayList<>();
        while (System.nanoTime() < end) {
          double quiet = spell(running);
          // So many a second: ten for each honest join of the quiet spell.
          say.println(Math.round(quiet * TIMES));
          double besieged = spell(running);
          say.println(0);
          long tries = Long.parseLong(told.readLine());
          ratios.add(besieged / quiet);
          memory.add(resident());
          System.out.printf(
              Locale.ROOT,
              "quiet %.1f joins/s, besieged %.1f (%.0f %%) by %.0f tries/s; %d MiB resident%n",
              quiet,
              besieged,
              100 * besieged / quiet,
              tries / (SPELL_NANOS / 1e9),
              memory.getLast());
        }
        ratios.sort(null);
        System.out.printf(
            Locale.ROOT,
            "median %.0f %% of the quiet rate, goal 90 %%; refused channels %d%n"
                + "resident %d MiB after the first siege, %d MiB after the last%n",
            100 * ratios.get(ratios.size() / 2),
            running.coordinator().counters().get(Counter.CHANNELS_REFUSED),
            memory.getFirst(),
            memory.getLast());
      } finally {
        process.destroy();
      }
    }
    System.exit(0);
  }

  /** Joins a second in one spell. */
  private static double spell(Running running) {
    long begun = System.nanoTime();
    int count = 0;
    while (System.nanoTime() - begun < SPELL_NANOS) {
      join(running);
      count++;
    }
    return count / ((System.nanoTime() - begun) / 1e9);
  }

  private static void join(Running running) {
    KeyPair key = P256.generate(Shop.RANDOM);
    try (CoordinatorLink link = running.join(Shop.WEB)) {
      Running.joinOver(link, key);
    }
  }

  /** Resident MiB of this process, with what the collector can free freed. */
  private static long resident() throws IOException {
    System.gc();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
      }
    }
    throw new IOException("no VmRSS");
  }

  /** The strangers. They read how many tries a second are wanted, and say how many there were. */
  static final class Siege {

    private static final Semaphore OPEN = new Semaphore(400);

    private Siege() {}

    /** The port. */
    public static void main(String[] arguments) throws Exception {
      int port = Integer.parseInt(arguments[0]);
      byte[] hello = hello();
      AtomicLong wanted = new AtomicLong();
      AtomicLong made = new AtomicLong();
      Thread.ofPlatform().daemon().start(() -> besiege(port, hello, wanted, made));
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        long now = Long.parseLong(line);
        wanted.set(now);
        if (now == 0) {
          System.out.println(made.getAndSet(0));
        }
      }
    }

    private static void besiege(int port, byte[] hello, AtomicLong wanted, AtomicLong made) {
      int number = 0;
      long next = System.nanoTime();
      while (true) {
        long rate = wanted.get();
        if (rate == 0) {
          pause(20);
          next = System.nanoTime();
          continue;
        }
        next += 1_000_000_000L / rate;
        long early = (next - System.nanoTime()) / 1_000_000;
        if (early > 0) {
          pause(early);
        }
        OPEN.acquireUninterruptibly();
        int kind = number++;
        Thread.ofVirtual()
            .start(() -> {
              try {
                attempt(port, hello, kind);
              } finally {
                OPEN.release();
              }
            });
        made.incrementAndGet();
      }
    }

    private static void attempt(int port, byte[] hello, int number) {
      // From 127.0.0.2 to 127.0.0.201, so that no limit for one address helps.
      try (Socket socket = new Socket()) {
        byte[] source = {127, 0, 0, (byte) (2 + number % 200)};
        socket.bind(new InetSocketAddress(InetAddress.getByAddress(source), 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2000);
        socket.setSoTimeout(2000);
        switch (number % 4) {
          case 0 -> {
            byte[] noise = new byte[1 + number * 37 % 3000];
            new Random(number).nextBytes(noise);
            socket.getOutputStream().write(noise);
            socket.getInputStream().readAllBytes();
          }
          case 1 -> {
            socket.getOutputStream().write(hello);
            socket.getInputStream().readAllBytes();
          }
          case 2 -> {
            for (int i = 0; i < 20; i++) {
              socket.getOutputStream().write(hello[i]);
              pause(100);
            }
          }
          default -> pause(2000);
        }
      } catch (IOException _) {
        // Refused, as it should be.
      }
    }

    /** What a client of TLS 1.3 says first, recorded; its session belongs to nobody. */
    private static byte[] hello() {
      try (java.net.ServerSocket server =
          new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        Thread.ofVirtual()
            .start(() -> {
              try (Socket client =
                  javax.net.ssl.SSLSocketFactory.getDefault()
                      .createSocket(server.getInetAddress(), server.getLocalPort())) {
                client.getOutputStream().write(1);
              } catch (IOException _) {
                // Nobody answers.
              }
            });
        try (Socket socket = server.accept()) {
          byte[] head = socket.getInputStream().readNBytes(5);
          byte[] body =
              socket.getInputStream().readNBytes((head[3] & 0xff) << 8 | head[4] & 0xff);
          byte[] all = Arrays.copyOf(head, head.length + body.length);
          System.arraycopy(body, 0, all, head.length, body.length);
          return all;
        }
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    private static void pause(long millis) {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
