package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.Range;
import dev.cloister.policy.Resources;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Requests and limits of one container.
 *
 * @param limits by resource
 * @param requests by resource; those that only a limit is given for are that limit
 */
record ContainerResources(Map<String, Quantity> limits, Map<String, Quantity> requests) {

  private static final BigDecimal MIB = new BigDecimal(1L << 20);
  private static final BigDecimal MILLI = BigDecimal.ONE.movePointLeft(3);
  private static final int MAX_CPU_MILLI = 1_024_000;
  private static final int MAX_MEMORY_MIB = 16_777_216;
  private static final int MAX_STORAGE_MIB = 65_536;

  static ContainerResources read(ObjectReader container) {
    Map<String, Quantity> limits = new TreeMap<>();
    Map<String, Quantity> requests = new TreeMap<>();
    container
        .object("resources", "ResourceRequirements")
        .ifPresent(reader -> {
          limits.putAll(read(reader, "limits"));
          requests.putAll(read(reader, "requests"));
        });
    limits.forEach(requests::putIfAbsent);
    requests.forEach((name, quantity) -> {
      Quantity limit = limits.getOrDefault(name, quantity);
      if (limit.value().compareTo(quantity.value()) < 0) {
        throw container.bad("resources", "more " + name + " is requested than its limit");
      }
    });
    return new ContainerResources(limits, requests);
  }

  private static Map<String, Quantity> read(ObjectReader reader, String field) {
    Map<String, Quantity> quantities = new TreeMap<>();
    reader
        .map(field)
        .forEach((name, entry) -> {
          String path = reader.path(field) + "[" + name + "]";
          String where = entry.key().place().at() + " " + path;
          requireKnown(name, where);
          Quantity quantity =
              Quantity.parse(Shapes.number(entry.value(), path))
                  .filter(found -> found.value().signum() >= 0)
                  .orElseThrow(() ->
                      new CloisterException(
                          KubernetesError.BAD_VALUE,
                          where,
                          "is not a quantity such as 500m or 64Mi"));
          quantities.put(name, quantity);
        });
    return quantities;
  }

  private static void requireKnown(String name, String where) {
    switch (name) {
      case "cpu", "memory", "ephemeral-storage" -> {}
      default ->
          throw new CloisterException(
              KubernetesError.REFUSED_FIELD,
              where,
              name.startsWith("hugepages-")
                  ? "huge pages are not supported yet; remove it"
                  : "devices of the node cannot be attested yet; use cpu, memory and"
                      + " ephemeral-storage only");
    }
  }

  Optional<Quantity> limit(String name) {
    return Optional.ofNullable(limits.get(name));
  }

  /** What is requested, or nothing at all. */
  Quantity requested(String name) {
    return requests.getOrDefault(name, new Quantity(BigDecimal.ZERO));
  }

  /** The form in the policy. */
  Resources toPolicy() {
    return new Resources(
        range("cpu", MILLI, MAX_CPU_MILLI),
        range("memory", MIB, MAX_MEMORY_MIB),
        Resources.DEFAULT.pids());
  }

  private Range range(String name, BigDecimal unit, int most) {
    long max = limit(name).map(quantity -> quantity.ceil(unit)).orElse(0L);
    boolean fixed = limit(name).map(requested(name)::equals).orElse(false);
    long min = fixed ? max : requested(name).floor(unit);
    return new Range((int) Math.min(min, most), (int) Math.min(max, most));
  }

  /** What the container may write over its image, MiB, where a limit is given. */
  Optional<Integer> storageMib() {
    return limit("ephemeral-storage")
        .map(quantity -> Math.clamp(quantity.ceil(MIB), 1, MAX_STORAGE_MIB));
  }
}
