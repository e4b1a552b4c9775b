package dev.cloister.kubernetes;

/**
 * How one field is handled.
 *
 * @param type the API type that has the field, for example {@code PodSpec}
 * @param field its name
 * @param handling what becomes of it
 * @param shape what its value must be: {@code text}, {@code bool}, {@code int}, {@code number} (a
 *     quantity), {@code port} (a number or a name), {@code map}, {@code list}, {@code any}, the
 *     name of a type, or {@code list:} and the name of a type
 * @param remedy what to do instead where it is refused, else empty
 */
public record FieldRule(
    String type, String field, Handling handling, String shape, String remedy) {}
