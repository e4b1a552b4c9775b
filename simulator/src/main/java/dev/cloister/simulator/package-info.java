/**
 * A security processor and launcher that proves nothing (design D7), for machines without the
 * hardware: a process of its own beside the node.
 *
 * <p>{@link dev.cloister.simulator.SimulatorProcess} serves {@code Simulator} of {@code
 * simulator.proto} on a Unix socket. A launch reads firmware, kernel and initrd once, into sealed
 * memory; measures those bytes with the genuine algorithm; starts QEMU on the same bytes; and
 * serves {@code ReportPort} to that VM alone, with genuine-format SNP reports under the {@link
 * dev.cloister.simulator.SimulatedVendor}, whose every certificate says SIMULATED.
 *
 * <p>What it is not: a boundary. Whoever is root on the machine can read its keys and its VMs. It
 * exists so that everything above runs the code that it runs on hardware.
 *
 * <p>Each VM's port is served in virtual threads; all shared state is guarded by the {@link
 * dev.cloister.simulator.Simulator}'s lock.
 */
@NullMarked
package dev.cloister.simulator;

import org.jspecify.annotations.NullMarked;
