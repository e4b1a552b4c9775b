package dev.cloister.agent;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.IpAddress;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings configurations into force at HAProxy: each has a directory of its own, and {@code current}
 * leads to the one in force, so that what is refused is never started again. Another certificate
 * alone is swapped in the running process; everything else is a reload, which keeps connections
 * (HAProxy 3.0 does not survive a second change of CA sets at its socket). Called by one thread at
 * a time.
 */
final class MeshProxy {

  private static final int KEPT = 2;

  private final Proxy proxy;
  private final MeshTraffic traffic;
  private final String base;
  private Map<String, String> inForce = Map.of();
  private List<MeshGeneration> accepted = List.of();
  private Bytes chain = Bytes.EMPTY;
  private long number;

  /**
   * A proxy that does not run yet.
   *
   * @param command HAProxy, and what stands before it
   * @param base a directory of its own
   */
  MeshProxy(List<String> command, String base, MeshTraffic traffic) {
    this.base = base;
    this.traffic = traffic;
    this.proxy = new Proxy(command, base, traffic::line);
    SmallFile.makeDirectory(base + "/empty");
  }

  Proxy process() {
    return proxy;
  }

  boolean isAlive() {
    return proxy.isAlive();
  }

  /**
   * Brings this into force.
   *
   * @throws CloisterException with {@link AgentError#MESH}; then what was in force still is, with
   *     the new certificate where it takes that
   */
  void apply(
      MeshPlan plan,
      Credentials credentials,
      List<MeshGeneration> generations,
      List<IpAddress> nameServers) {
    Map<String, String> wanted = files("@", plan, generations, nameServers);
    if (wanted.equals(inForce)) {
      swap(credentials);
    } else {
      replace(plan, credentials, generations, nameServers);
      inForce = wanted;
      List<MeshGeneration> former = accepted;
      accepted = List.copyOf(generations);
      traffic.inForce(plan, accepted);
      endSessionsOf(former);
    }
  }

  private Map<String, String> files(
      String directory,
      MeshPlan plan,
      List<MeshGeneration> generations,
      List<IpAddress> nameServers) {
    Map<String, String> files =
        new LinkedHashMap<>(
            new ProxyConfiguration(plan, generations, nameServers, base, directory).files());
    List<Bytes> certificates = new ArrayList<>();
    generations.forEach(generation -> certificates.add(generation.certificate()));
    files.put(ProxyConfiguration.AUTHORITIES, Credentials.anchors(certificates).toUtf8());
    return files;
  }

  /** The file first: a process that is started anew reads it. */
  private void swap(Credentials credentials) {
    if (credentials.chain().equals(chain)) {
      return;
    }
    String file = directory(number) + "/" + ProxyConfiguration.CERTIFICATE;
    byte[] pem = pem(credentials);
    try {
      SmallFile.write(file, pem);
      proxy.socket().swapCertificate(file, pem);
      chain = credentials.chain();
    } finally {
      Arrays.fill(pem, (byte) 0);
    }
  }

  /** Key first, then the chain: no blank line, which would end what the socket takes. */
  private static byte[] pem(Credentials credentials) {
    byte[] certificates = credentials.chain().toArray();
    byte[] key = credentials.keyBytes();
    byte[] all = Arrays.copyOf(certificates, certificates.length + key.length);
    System.arraycopy(key, 0, all, certificates.length, key.length);
    Arrays.fill(key, (byte) 0);
    return all;
  }

  private String directory(long which) {
    return base + "/" + which;
  }

  private void replace(
      MeshPlan plan,
      Credentials credentials,
      List<MeshGeneration> generations,
      List<IpAddress> nameServers) {
    long former = number;
    number = former + 1;
    String made = directory(number);
    SmallFile.makeDirectory(made);
    files(made, plan, generations, nameServers)
        .forEach((name, text) -> SmallFile.write(made + "/" + name, text));
    byte[] pem = pem(credentials);
    try {
      SmallFile.write(made + "/" + ProxyConfiguration.CERTIFICATE, pem);
    } finally {
      Arrays.fill(pem, (byte) 0);
    }
    lead(number);
    try {
      load();
    } catch (CloisterException e) {
      takeBack(former, credentials);
      throw e;
    }
    chain = credentials.chain();
    SmallFile.deleteTree(new File(directory(number - KEPT)));
  }

  private void load() {
    if (proxy.isAlive()) {
      // The next process finds other pods where this one did.
      SmallFile.write(base + "/servers", proxy.socket().askWorker("show servers state").strip());
      proxy.socket().reload();
    } else {
      proxy.start();
    }
  }

  /** The former configuration stays, and goes on with the new certificate. */
  private void takeBack(long former, Credentials credentials) {
    if (former > 0) {
      SmallFile.deleteTree(new File(directory(number)));
      number = former;
      lead(former);
      try {
        swap(credentials);
      } catch (CloisterException e) {
        Console.say("mesh: " + e.getMessage());
      }
    }
  }

  private void lead(long which) {
    Path next = Path.of(base, "next");
    try {
      Files.deleteIfExists(next);
      Files.createSymbolicLink(next, Path.of(Long.toString(which)));
      Files.move(next, Path.of(base, "current"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new CloisterException(AgentError.MACHINE, base, String.valueOf(e.getMessage()), e);
    }
  }

  /** What a generation stood for that is accepted no more ends, in every process. */
  private void endSessionsOf(List<MeshGeneration> former) {
    List<MeshGeneration> ended = new ArrayList<>(former);
    ended.removeAll(accepted);
    if (!ended.isEmpty()) {
      for (int worker : proxy.workers().keySet()) {
        ended.forEach(generation -> traffic.end(proxy.socket(), worker, generation));
      }
    }
  }
}
