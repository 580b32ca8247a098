using Orchestrator.Contracts;
using Orchestrator.Contracts.Inventory;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Shipping;

namespace Orchestrator.Local.Faults;

/// <summary>The refusals that the fault filter answers instead of a participant.</summary>
static class Refusals
{
    /// <summary>The reason that a refused order shows.</summary>
    public const string Reason = "refused by --faults";

    /// <summary>The name of the act: the name of the command itself, or for an inquiry that of the command that it asks about.</summary>
    public static string ActOf(IStepMessage command) => command is IStepInquiry question ? question.Step : command.GetType().Name;

    /// <summary>The refusal of an act; null when business can't refuse it.</summary>
    public static IStepMessage? Of(IStepMessage command) => ActOf(command) switch
    {
        nameof(ReserveStock) => new StockRefused(command.SagaId, command.Epoch, Reason),
        nameof(AuthorizePayment) => new PaymentRefused(command.SagaId, command.Epoch, Reason),
        nameof(CapturePayment) => new CaptureRefused(command.SagaId, command.Epoch, Reason),
        nameof(BookShipment) => new ShipmentRefused(command.SagaId, command.Epoch, Reason),
        _ => null,
    };
}
