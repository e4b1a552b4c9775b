package dev.cloister.policy;

import dev.cloister.encoding.Json;

/**
 * Which names the pod may have: what the controller that makes it may call it. Kubernetes makes
 * random suffixes of five characters of {@code bcdfghjklmnpqrstvwxz2456789}, and cuts the part
 * before them to 58 characters.
 */
public sealed interface NamePattern {

  /** Whether a pod of this pattern may be called {@code podName}. */
  boolean matches(String podName);

  /** The form in the policy document. */
  Json.Obj toJson();

  /** The pattern for people: random parts as {@code <5>}, {@code <hash>}, {@code <n>}. */
  String shown();

  /**
   * One name (a Pod with a name, a static pod).
   *
   * @param name DNS name
   */
  record Exact(String name) implements NamePattern {
    public Exact {
      Grammar.require(Grammar.isObjectName(name), "pod.name.name", "a DNS name", name);
    }

    @Override
    public boolean matches(String podName) {
      return podName.equals(name);
    }

    @Override
    public Json.Obj toJson() {
      return Json.object().put("kind", "exact").put("name", name).build();
    }

    @Override
    public String shown() {
      return name;
    }
  }

  /**
   * A base and a random suffix (ReplicaSet, DaemonSet, Job: base is its name and '-'; {@code
   * generateName}: base is that).
   *
   * @param base what stands before the suffix
   */
  record Generated(String base) implements NamePattern {
    public Generated {
      PodNames.requireBase(base);
    }

    @Override
    public boolean matches(String podName) {
      return PodNames.isCutWithSuffix(base, podName);
    }

    @Override
    public Json.Obj toJson() {
      return Json.object().put("kind", "generated").put("base", base).build();
    }

    @Override
    public String shown() {
      return base + "<5>";
    }
  }

  /**
   * A Deployment's pod: its name, '-', the template's hash (1 to 10 characters), '-', suffix.
   *
   * @param base the Deployment's name
   */
  record Deployment(String base) implements NamePattern {
    public Deployment {
      PodNames.requireBase(base);
    }

    @Override
    public boolean matches(String podName) {
      return PodNames.isOfDeployment(base, podName);
    }

    @Override
    public Json.Obj toJson() {
      return Json.object().put("kind", "deployment").put("base", base).build();
    }

    @Override
    public String shown() {
      return base + "-<hash>-<5>";
    }
  }

  /**
   * A StatefulSet's pod: its name, '-', an ordinal. That no two pods have one ordinal is not
   * enforceable in a guest.
   *
   * @param base the StatefulSet's name
   * @param first smallest ordinal
   * @param last greatest ordinal
   */
  record Ordinal(String base, int first, int last) implements NamePattern {
    public Ordinal {
      PodNames.requireBase(base);
      Grammar.require(0 <= first && first <= last, "pod.name", "a range of ordinals");
    }

    @Override
    public boolean matches(String podName) {
      return podName.startsWith(base + "-")
          && PodNames.isNumberIn(podName.substring(base.length() + 1), first, last);
    }

    @Override
    public Json.Obj toJson() {
      return Json.object()
          .put("kind", "ordinal")
          .put("base", base)
          .put("first", first)
          .put("last", last)
          .build();
    }

    @Override
    public String shown() {
      return base + "-<" + first + ".." + last + ">";
    }
  }

  /**
   * An indexed Job's pod: its name, '-', an index, '-', suffix.
   *
   * @param base the Job's name
   * @param completions indexes are from 0 to one less
   */
  record IndexedJob(String base, int completions) implements NamePattern {
    public IndexedJob {
      PodNames.requireBase(base);
      Grammar.require(completions > 0, "pod.name.completions", "positive");
    }

    @Override
    public boolean matches(String podName) {
      return PodNames.isOfIndexedJob(base, completions, podName);
    }

    @Override
    public Json.Obj toJson() {
      return Json.object()
          .put("kind", "indexedJob")
          .put("base", base)
          .put("completions", completions)
          .build();
    }

    @Override
    public String shown() {
      return base + "-<0.." + (completions - 1) + ">-<5>";
    }
  }

  /**
   * A CronJob's pod: its name, '-', the scheduled time in minutes, '-', suffix.
   *
   * @param base the CronJob's name
   */
  record CronJob(String base) implements NamePattern {
    public CronJob {
      PodNames.requireBase(base);
    }

    @Override
    public boolean matches(String podName) {
      return PodNames.isOfCronJob(base, podName);
    }

    @Override
    public Json.Obj toJson() {
      return Json.object().put("kind", "cronJob").put("base", base).build();
    }

    @Override
    public String shown() {
      return base + "-<minutes>-<5>";
    }
  }
}
