package dev.cloister.policy;

import dev.cloister.encoding.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The seccomp profile {@code runtimeDefault/1} (runtime-spec 1.1, config-linux.md, seccomp): calls
 * that touch only what a container's namespaces keep apart are allowed, those that a capability
 * guards where the container has it, and everything else fails with EPERM. Never allowed: the
 * kernel's keyrings, io_uring, userfaultfd, loading kernels, swap, and sockets to the hypervisor.
 * See {@link SystemCalls} for the names.
 */
final class SeccompDefault {

  private static final long EPERM = 1;
  private static final long ENOSYS = 38;

  /** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET (clone(2)). */
  private static final long NEW_NAMESPACES = 0x7e02_0000L;

  /** AF_VSOCK (vsock(7)). */
  private static final long AF_VSOCK = 40;

  /** PER_LINUX, PER_LINUX32, each also with UNAME26, and the question (personality(2)). */
  private static final long[] PERSONALITIES = {0x0, 0x8, 0x20000, 0x20008, 0xffff_ffffL};

  private SeccompDefault() {}

  static Json profile(Set<Capability> capabilities) {
    List<Json> rules = new ArrayList<>();
    rules.add(allow(SystemCalls.FOR_ALL));
    for (long personality : PERSONALITIES) {
      rules.add(allowWhere("personality", 0, personality, 0, "SCMP_CMP_EQ"));
    }
    rules.add(allowWhere("socket", 0, AF_VSOCK, 0, "SCMP_CMP_NE"));
    if (!capabilities.contains(Capability.SYS_ADMIN)) {
      rules.add(allowWhere("clone", 0, NEW_NAMESPACES, 0, "SCMP_CMP_MASKED_EQ"));
      rules.add(cloneThreeIsUnknown());
    }
    for (Capability capability : capabilities) {
      List<String> names = SystemCalls.guardedBy(capability);
      if (!names.isEmpty()) {
        rules.add(allow(names));
      }
    }
    return Json.object()
        .put("defaultAction", "SCMP_ACT_ERRNO")
        .put("defaultErrnoRet", EPERM)
        .put(
            "architectures",
            Json.ofStrings(List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32")))
        .put("syscalls", Json.of(rules))
        .build();
  }

  private static Json allow(List<String> names) {
    return Json.object()
        .put("names", Json.ofStrings(names))
        .put("action", "SCMP_ACT_ALLOW")
        .build();
  }

  private static Json allowWhere(String name, int index, long value, long valueTwo, String op) {
    Json argument =
        Json.object()
            .put("index", index)
            .put("value", value)
            .put("valueTwo", valueTwo)
            .put("op", op)
            .build();
    return Json.object()
        .put("names", Json.ofStrings(List.of(name)))
        .put("action", "SCMP_ACT_ALLOW")
        .put("args", Json.of(List.of(argument)))
        .build();
  }

  /** Its flags lie in memory, where a filter cannot look; C libraries fall back to clone. */
  private static Json cloneThreeIsUnknown() {
    return Json.object()
        .put("names", Json.ofStrings(List.of("clone3")))
        .put("action", "SCMP_ACT_ERRNO")
        .put("errnoRet", ENOSYS)
        .build();
  }
}
