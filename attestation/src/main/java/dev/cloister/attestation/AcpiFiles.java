package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;

/**
 * What QEMU tells a firmware about the machine; depends on QEMU's version and every device.
 *
 * @param loader the file {@code etc/table-loader}
 * @param rsdp the file {@code etc/acpi/rsdp}
 * @param tables the file {@code etc/acpi/tables}
 */
public record AcpiFiles(Bytes loader, Bytes rsdp, Bytes tables) {}
