using MassTransit;
using Orchestrator.Contracts;

namespace Orchestrator.MassTransit.Endpoints;

/// <summary>Who gave a command.</summary>
public static class Actors
{
    /// <summary>Who gave the command, by its content or by its header; they must not contradict each other.</summary>
    /// <param name="context">The command.</param>
    /// <param name="claimed">Who gave it, if its content says so.</param>
    /// <exception cref="RejectedMessageException">Its header names somebody else: one of the two is a lie, and nobody can be held to
    /// it.</exception>
    public static string? Of(ConsumeContext context, string? claimed) => Of(context.Headers.Get<string>(WireHeaders.Actor), claimed);

    /// <inheritdoc cref="Of(ConsumeContext, string?)" />
    /// <param name="header">Who gave it, if its header says so.</param>
    /// <param name="claimed">Who gave it, if its content says so.</param>
    internal static string? Of(string? header, string? claimed) => header is null || claimed is null || header == claimed
        ? header ?? claimed
        : throw new RejectedMessageException("the command says that one person gives it, and its header that another does");
}
