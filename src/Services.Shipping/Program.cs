using Orchestrator.Hosting;
using Orchestrator.Services.Shipping;

return await ParticipantHost.Run(args, ShippingRegistration.Party, host => host.AddShipping(), port: 8083);
