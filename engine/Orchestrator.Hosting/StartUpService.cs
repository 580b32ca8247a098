using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;
using Orchestrator.Engine;
using Orchestrator.MassTransit.Broker;
using Orchestrator.Storage;

namespace Orchestrator.Hosting;

/// <summary>Starts the host while its health checks already answer, and drains it when it stops.</summary>
sealed partial class StartUpService(
    StartUp start, StartUpService.Outcome outcome, IHostApplicationLifetime life, ILogger<StartUpService> logger) : BackgroundService
{
    /// <summary>How the process ends.</summary>
    public sealed class Outcome
    {
        public int ExitCode { get; set; }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await start.End(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var begun = start.Begin(stoppingToken);
            // A host that never gets all its consumers fails to start.
            if (await Task.WhenAny(begun, start.Deaf) == begun)
                await begun;
            var deaf = await start.Deaf.WaitAsync(stoppingToken);
            LogDeaf(deaf);
            GiveUp();
        }
#pragma warning disable CA1031 // A cancelled start may fail with any exception. The host stops anyway.
        catch (Exception) when (stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            // The host continues to stop.
        }
        catch (Exception e) when (Sentence(e) is { } sentence)
        {
            LogRefused(sentence);
            GiveUp();
        }
#pragma warning disable CA1031 // A host that can't start logs the reason and ends.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogBroken(e);
            GiveUp();
        }
    }

    void GiveUp()
    {
        outcome.ExitCode = 1;
        life.StopApplication();
    }

    // An error that an operator can correct needs no stack trace.
    static string? Sentence(Exception exception) => exception switch
    {
        NewerSchemaException or BrokerRefusedException or DefinitionException => exception.Message,
        DbException { InnerException: CertificateException refused } => $"PostgreSQL can't be trusted: {refused.Message}",
        DbException =>
            $"PostgreSQL refuses: {Redacted.Reason(exception)}; check ConnectionStrings__Postgres and the permissions of its role",
        _ => null,
    };

    [LoggerMessage(Level = LogLevel.Critical, Message = "The host ends, and its platform must start it again: {Reason}")]
    partial void LogDeaf(string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Can't start: {Reason}")]
    partial void LogRefused(string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Can't start")]
    partial void LogBroken(Exception exception);
}
