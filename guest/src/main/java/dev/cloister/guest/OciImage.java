package dev.cloister.guest;

import dev.cloister.encoding.Bytes;
import java.nio.file.Path;

/**
 * An OCI image in an image layout (OCI image specification, image-layout.md).
 *
 * @param name its name in the recipe
 * @param layout the layout's directory, which holds this one image
 * @param manifestDigest SHA-256 of its manifest, 32 bytes
 */
public record OciImage(String name, Path layout, Bytes manifestDigest) {}
