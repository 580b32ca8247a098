using System.Text;
using Orchestrator.Contracts;

namespace Orchestrator.Hosting.Logging;

/// <summary>An exception as logs show it: what failed, and where in the code, without the message text, which may quote data.</summary>
/// <param name="original">The original exception.</param>
sealed class RedactedException(Exception original) : Exception(Redacted.Failure(original))
{
    /// <inheritdoc />
    public override string? StackTrace => original.StackTrace;

    /// <inheritdoc />
    public override string ToString()
    {
        var text = new StringBuilder(Message);
        for (var cause = original; cause is not null; cause = cause.InnerException)
            text.AppendLine().Append("   of ").Append(cause.GetType().FullName).AppendLine().Append(cause.StackTrace);
        return text.ToString();
    }
}
