using System.Globalization;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit.Sending;

/// <summary>
/// The broker does not take a message of this size, however often it is sent: whatever caused it goes to the dead letters.
/// </summary>
/// <param name="type">The name of its type.</param>
/// <param name="size">How large it is, in bytes, with its envelope.</param>
/// <param name="limit">How large a message may be.</param>
public sealed class MessageTooLargeException(string type, long size, long limit) : RejectedMessageException(string.Create(
    CultureInfo.InvariantCulture,
    $"{type} has {size:N0} bytes, and the broker takes no message of more than {limit:N0} (its max_message_size)"));
