using Orchestrator.Engine;
using Orchestrator.Hosting.Health;
using Orchestrator.Hosting.Settings;

namespace Orchestrator.Hosting;

/// <summary>A saga that can't work ends the start of the host with one sentence.</summary>
public static class Definitions
{
    public static void Checked(Action add)
    {
        try
        {
            add();
        }
        catch (DefinitionException e)
        {
            throw new SettingsException([e.Message]);
        }
    }

    public static async Task Checked(Func<Task> migrate)
    {
        try
        {
            await migrate();
        }
        catch (DefinitionException e)
        {
            throw new SettingsException([e.Message]);
        }
    }
}
