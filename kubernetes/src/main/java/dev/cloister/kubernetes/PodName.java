package dev.cloister.kubernetes;

import dev.cloister.encoding.Bytes;
import dev.cloister.policy.NamePattern;

/** Names for the pods of a workload, as a cluster's controllers choose them. */
public final class PodName {

  private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
  private static final int SUFFIX = 5;
  private static final int MAX_BASE = 58;

  private PodName() {}

  /**
   * The name of one pod; the same for the same pattern, initdata and number.
   *
   * @param pattern what names the pod's policy allows
   * @param initdataDigest SHA-256 of the pods' initdata, which stands for this version of them
   * @param replica number of the pod, from 0
   */
  public static String of(NamePattern pattern, Bytes initdataDigest, int replica) {
    Bytes seed = Bytes.concat(initdataDigest, Bytes.ofUtf8("/" + replica)).sha256();
    String suffix = letters(seed, SUFFIX);
    return switch (pattern) {
      case NamePattern.Exact exact -> exact.name();
      case NamePattern.Generated generated -> cut(generated.base()) + suffix;
      case NamePattern.Deployment deployment ->
          cut(deployment.base() + "-" + letters(initdataDigest, 10) + "-") + suffix;
      case NamePattern.Ordinal ordinal -> ordinal.base() + "-" + (ordinal.first() + replica);
      case NamePattern.IndexedJob job -> cut(job.base() + "-" + replica + "-") + suffix;
      case NamePattern.CronJob job -> cut(job.base() + "-" + (20_000_000 + replica) + "-") + suffix;
    };
  }

  /** The name of the workload whose pods the pattern names. */
  public static String workload(NamePattern pattern) {
    return switch (pattern) {
      case NamePattern.Exact exact -> exact.name();
      case NamePattern.Generated generated ->
          generated.base().endsWith("-")
              ? generated.base().substring(0, generated.base().length() - 1)
              : generated.base();
      case NamePattern.Deployment deployment -> deployment.base();
      case NamePattern.Ordinal ordinal -> ordinal.base();
      case NamePattern.IndexedJob job -> job.base();
      case NamePattern.CronJob job -> job.base();
    };
  }

  /** How many pods can have a name of the pattern at once; 0 where there is no limit. */
  public static int most(NamePattern pattern) {
    return switch (pattern) {
      case NamePattern.Exact _ -> 1;
      case NamePattern.Ordinal ordinal -> ordinal.last() - ordinal.first() + 1;
      case NamePattern.Generated _,
          NamePattern.Deployment _,
          NamePattern.IndexedJob _,
          NamePattern.CronJob _ ->
          0;
    };
  }

  private static String cut(String base) {
    return base.length() > MAX_BASE ? base.substring(0, MAX_BASE) : base;
  }

  private static String letters(Bytes seed, int count) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < count; i++) {
      out.append(ALPHABET.charAt(seed.at(i) % ALPHABET.length()));
    }
    return out.toString();
  }
}
