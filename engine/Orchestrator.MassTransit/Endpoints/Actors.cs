using MassTransit;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit.Endpoints;

/// <summary>Finds the actor who gave a command.</summary>
public static class Actors
{
    /// <summary>The actor who gave the command, from its content or from its header. The two must not contradict each other.</summary>
    /// <param name="context">The command.</param>
    /// <param name="claimed">The actor that its content names, if any.</param>
    /// <exception cref="RejectedMessageException">Content and header name different actors, so the actor is not known.</exception>
    public static string? Of(ConsumeContext context, string? claimed) => Of(context.Headers.Get<string>(WireHeaders.Actor), claimed);

    /// <inheritdoc cref="Of(ConsumeContext, string?)" />
    /// <param name="header">The actor that its header names, if any.</param>
    /// <param name="claimed">The actor that its content names, if any.</param>
    internal static string? Of(string? header, string? claimed) => header is null || claimed is null || header == claimed
        ? header ?? claimed
        : throw new RejectedMessageException("the command names one person as its actor, and its header names another");
}
