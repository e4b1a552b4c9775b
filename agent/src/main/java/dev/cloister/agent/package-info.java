/**
 * The agent in the pod VM (design D1, D3, D4).
 *
 * <p>Order of business: answer on the port {@code cloister.agent}; read the initdata and compare
 * its digest with the host data of the VM's own evidence; read the policy; close the network; then
 * obey requests as far as {@link dev.cloister.policy.Guard} allows them. A failure before that is
 * fatal: one line in the kernel's log, the agent ends, and the init powers the VM off.
 *
 * <p>Native calls that block (reads of devices and FIFOs, waits) are made in platform threads,
 * because a virtual one would stop all others where there is one processor. The code up to the
 * first answer uses no lambdas, reflection or foreign functions: under emulation each costs more
 * than all else together. Foreign functions are warmed up behind the first answer.
 */
@NullMarked
package dev.cloister.agent;

import org.jspecify.annotations.NullMarked;
