using System.Globalization;
using System.Text.RegularExpressions;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Orchestrator.MassTransit.Broker;

/// <summary>
/// The broker's limit for the size of a message. It is in no protocol: the broker says it as it closes the channel on which a larger one
/// came.
/// </summary>
public static partial class SizeLimit
{
    /// <summary>The limit in bytes, if that is why a channel was closed.</summary>
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
