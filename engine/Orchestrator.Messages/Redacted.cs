using System.Data.Common;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Orchestrator.Contracts;

/// <summary>What logs and traces may tell about an exception: its text only if it can't quote a message, a row or a name.</summary>
public static partial class Redacted
{
    // Exceptions of libraries that this assembly does not reference. Their texts name connections, queues and addresses only.
    static readonly string[] AboutTheBroker = ["RabbitMQ.Client.", "MassTransit.RabbitMqTransport.", "MassTransit.ConnectionException"];

    /// <summary>
    /// Why it failed: the text of the innermost exception whose text may be repeated. When there is none, the type of the innermost
    /// exception.
    /// </summary>
    public static string Reason(Exception exception)
    {
        var (cause, words) = Find(exception);
        return words ?? cause.GetType().Name;
    }

    /// <summary>
    /// What failed and why: the type and the text of the innermost exception whose text may be repeated. When there is none, the type of
    /// the innermost exception.
    /// </summary>
    public static string Failure(Exception exception)
    {
        var (cause, words) = Find(exception);
        return words is null ? cause.GetType().Name : $"{cause.GetType().Name}: {words}";
    }

    /// <summary>The type that a message names, if it has the form of a name. The sender may have written any text there.</summary>
    public static string Type(string? named) => named is not null && Name().IsMatch(named) ? named : "message without a type";

    [GeneratedRegex(@"^[A-Za-z0-9_.:+\-\[\]]{1,300}\z")]
    private static partial Regex Name();

    static string? Words(Exception exception) => exception switch
    {
        TellableException => exception.Message,
        JsonException { LineNumber: { } line, BytePositionInLine: { } position } =>
            FormattableString.Invariant($"no valid JSON from byte {position} of line {line + 1} on"),
        JsonException => "no valid JSON",
        DbException { SqlState: { } state } => QuotesValues(state) ? $"SQLSTATE {state}" : FirstLine(exception.Message),
        DbException or SocketException or AuthenticationException or IOException or HttpRequestException or TimeoutException
            => FirstLine(exception.Message),
        _ when exception.GetType().FullName is { } name
        && Array.Exists(AboutTheBroker, client => name.StartsWith(client, StringComparison.Ordinal))
            => FirstLine(exception.Message),
        _ => null,
    };

    static (Exception Cause, string? Words) Find(Exception exception)
    {
        var found = (exception.GetBaseException(), (string?)null);
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (Words(cause) is { } words)
                found = (cause, words);
        }

        return found;
    }

    // Class 22 quotes the value that could not be converted. Class P0 has the text that a database function raised.
    static bool QuotesValues(string state) =>
        state.StartsWith("22", StringComparison.Ordinal) || state.StartsWith("P0", StringComparison.Ordinal);

    // PostgreSQL's further lines are the details, which quote the row.
    static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd('\r', '.', ' ');
}
