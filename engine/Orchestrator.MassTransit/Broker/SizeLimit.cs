using System.Globalization;
using System.Text.RegularExpressions;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.MassTransit.Broker;

/// <summary>
/// The broker's limit for the size of a message. The protocol has no query for it: the broker names the limit when it closes the channel of
/// a larger message.
/// </summary>
public static partial class SizeLimit
{
    /// <summary>The limit in bytes, if a channel was closed because of it; null otherwise.</summary>
    public static long? In(Exception exception) => In(Failure.Chain(exception).OfType<OperationInterruptedException>()
        .Select(closed => closed.ShutdownReason).FirstOrDefault(reason => reason?.ReplyCode == Constants.PreconditionFailed));

    /// <inheritdoc cref="In(Exception)" />
    /// <param name="reason">Why the channel was closed.</param>
    public static long? In(ShutdownEventArgs? reason) =>
        reason?.ReplyCode == Constants.PreconditionFailed && Text().Match(reason.ReplyText) is { Success: true } match
            ? long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : null;

    [GeneratedRegex(@"message size \d+ is larger than (?:configured )?max size (\d+)")]
    private static partial Regex Text();
}
