/**
 * The node: it starts pod VMs, wires them and plays kubelet for them.
 *
 * <p>{@link dev.cloister.node.Sandboxes} is the domain: a sandbox is one VM with its network, disks
 * and agent connection, made from a {@link dev.cloister.node.SandboxSpec} that names every file. It
 * knows neither containerd nor the command line; the local frontend beside it does. Nobody trusts
 * this code: whatever it does wrong shows in the pod's evidence or is refused by the agent. So an
 * attack of a host is just another spec, and {@link dev.cloister.node.Sandbox#agent()} takes any
 * call.
 *
 * <p>What exists outside the process (namespaces, leases, processes, directories) is written down
 * before it is made, so that the next start finds it: pods run on without the daemon.
 */
@NullMarked
package dev.cloister.node;

import org.jspecify.annotations.NullMarked;
