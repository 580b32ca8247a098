using System.Globalization;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit.Sending;

/// <summary>The broker never takes a message of this size. The message that caused it goes to the dead letters.</summary>
/// <param name="type">The name of its type.</param>
/// <param name="size">Its size in bytes, with its envelope.</param>
/// <param name="limit">The largest size that the broker takes, in bytes.</param>
public sealed class MessageTooLargeException(string type, long size, long limit) : RejectedMessageException(string.Create(
    CultureInfo.InvariantCulture,
    $"{type} has {size:N0} bytes, and the broker takes no message of more than {limit:N0} (its max_message_size)"));
