namespace Orchestrator.Contracts.Orders;

/// <summary>A command or an outcome of one step of an order.</summary>
public interface IOrderStep : IOrderMessage, IStepMessage;
