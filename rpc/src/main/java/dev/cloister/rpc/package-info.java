/**
 * One small RPC (design D6): ttrpc frames and protobuf messages over any byte stream, and container
 * streams with credits over another.
 *
 * <p>A {@link dev.cloister.rpc.Wire} carries bytes; {@link dev.cloister.rpc.RpcServer} and {@link
 * dev.cloister.rpc.RpcClient} speak over one; a service is an interface with a {@code Client} and a
 * {@code Dispatcher} beside its methods; messages are records that read and write themselves with
 * {@link dev.cloister.rpc.ProtoReader} and {@link dev.cloister.rpc.ProtoWriter}. The published form
 * of the messages is in the {@code .proto} files of this module.
 *
 * <p>Strict: an unknown service, method, field or wire type, a field given twice, a text that is
 * not UTF-8 or holds NUL is refused with a status and a code, never skipped. Every length is
 * checked against a budget before memory is taken for it. This code starts inside an emulated
 * guest: no lambdas, regular expressions, reflection or formatted texts on the way to the first
 * answer.
 */
@NullMarked
package dev.cloister.rpc;

import org.jspecify.annotations.NullMarked;
